"""Where work runs: in this process, in a pool of processes, on a cluster; the same rows everywhere."""
