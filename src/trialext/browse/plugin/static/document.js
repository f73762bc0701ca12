// Links the text of a document with its rows, both ways.  Without this script the plain links
// between them still work.
(function () {
  "use strict";
  var text = document.getElementById("text");
  var list = document.getElementById("rows");
  if (!text || !list) return;
  var wide = window.matchMedia("(min-width: 46.01rem)");
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var rows = Array.prototype.slice.call(list.querySelectorAll(".row"));
  var current = null;

  function card(id) { return document.getElementById("r-" + id); }
  function ids(piece) { return (piece.getAttribute("data-rows") || "").split(" ").filter(Boolean); }

  // Every piece of text by the rows it belongs to, so that nothing is searched for later.
  var pieces = {}, cells = {};
  text.querySelectorAll("[data-rows]").forEach(function (piece) {
    ids(piece).forEach(function (id) { (pieces[id] = pieces[id] || []).push(piece); });
  });
  text.querySelectorAll("[data-cells]").forEach(function (piece) {
    piece.getAttribute("data-cells").split(" ").forEach(function (cell) {
      var id = cell.slice(0, cell.indexOf(":"));
      (cells[id] = cells[id] || []).push(piece);
    });
  });

  function mark(id, name, on) {
    (pieces[id] || []).forEach(function (piece) { piece.classList.toggle(name, on); });
  }

  function into(box, node) {
    var frame = box.getBoundingClientRect(), at = node.getBoundingClientRect();
    var scrolled = wide.matches || box === list;
    if (scrolled) {
      box.scrollTo({ top: box.scrollTop + at.top - frame.top - box.clientHeight / 3, behavior: calm.matches ? "auto" : "smooth" });
    } else {
      window.scrollTo({ top: window.scrollY + at.top - window.innerHeight / 5, behavior: calm.matches ? "auto" : "smooth" });
    }
  }

  function visible(box, node) {
    var frame = box.getBoundingClientRect(), at = node.getBoundingClientRect();
    return at.top >= frame.top && at.bottom <= frame.bottom;
  }

  function light(id) {
    if (current === id) return;
    if (current) {
      mark(current, "lit", false);
      (cells[current] || []).forEach(function (piece) { piece.classList.remove("cell-lit"); });
      if (card(current)) card(current).classList.remove("lit");
    }
    current = id;
    if (!id) return;
    mark(id, "lit", true);
    (cells[id] || []).forEach(function (piece) { piece.classList.add("cell-lit"); });
    if (card(id)) card(id).classList.add("lit");
  }

  function showText(id) {
    light(id);
    var first = (pieces[id] || [])[0];
    if (first) into(text, first);
    history.replaceState(null, "", "#r-" + id);
  }

  function showRow(id, always) {
    light(id);
    var row = card(id);
    if (row && (always || !visible(list, row))) into(list, row);
  }

  rows.forEach(function (row) {
    var id = row.getAttribute("data-id");
    row.addEventListener("click", function (event) {
      if (event.target.closest("form, .more a")) return;
      event.preventDefault();
      showText(id);
    });
    row.addEventListener("mouseenter", function () { mark(id, "near", true); });
    row.addEventListener("mouseleave", function () { mark(id, "near", false); });
  });

  // Hover or tap a number: its row.  A piece of several rows gives the first that is not lit yet.
  text.addEventListener("mouseover", function (event) {
    var piece = event.target.closest("[data-rows]");
    if (piece && text.contains(piece) && ids(piece).indexOf(current) < 0) showRow(ids(piece)[0], false);
  });
  text.addEventListener("focusin", function (event) {
    var piece = event.target.closest("a[data-rows]");
    if (piece) showRow(piece.id.slice(2), false);
  });
  text.addEventListener("click", function (event) {
    var piece = event.target.closest("[data-rows]");
    if (!piece) return;
    event.preventDefault();
    var all = ids(piece), next = event.detail === 0 ? piece.id.slice(2) : all[(all.indexOf(current) + 1) % all.length];
    if (all.length === 1 || all.indexOf(next) < 0) next = all[0];
    showRow(next, true);
    history.replaceState(null, "", "#r-" + next);
    if (event.detail === 0 && card(next)) card(next).querySelector(".go").focus({ preventScroll: true });
  });

  list.addEventListener("click", function (event) {
    var link = event.target.closest(".go-open");
    if (!link) return;
    event.preventDefault();
    var anchor = document.getElementById(link.getAttribute("href").slice(1));
    var number = anchor && (anchor.nextElementSibling || anchor);
    if (!number) return;
    text.querySelectorAll(".open.lit").forEach(function (x) { x.classList.remove("lit"); });
    number.classList.add("lit");
    into(text, number);
  });

  var names = document.getElementById("names");
  names.addEventListener("change", function () { text.classList.toggle("nonames", !names.checked); });

  document.addEventListener("keydown", function (event) {
    var writing = event.target.closest("input, select, textarea");
    if (event.key === "/" && !writing) { event.preventDefault(); document.getElementById("q").focus(); return; }
    if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
    var step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
    if (!step || !rows.length) return;
    var at = rows.indexOf(card(current));
    var row = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
    var id = row.getAttribute("data-id");
    showText(id);
    into(list, row);
    row.querySelector(".go").focus({ preventScroll: true });
  });

  function arrive() {
    var hash = decodeURIComponent(location.hash.slice(1));
    if (/^[rt]-/.test(hash) && card(hash.slice(2))) {
      showText(hash.slice(2));
      into(list, card(hash.slice(2)));
    } else if (hash === "hit" && text.querySelector(".hit")) {
      into(text, text.querySelector(".hit"));
    }
  }
  window.addEventListener("hashchange", arrive);
  arrive();
})();
