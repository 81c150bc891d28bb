"use strict";
// Times in the viewer's zone, with the exact instant on hover; choices that survive a
// part of the page being swapped; buttons that copy; the place in view. Pages work without any of it.
(function () {
  const language = document.documentElement.lang || undefined;
  const near = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const far = new Intl.DateTimeFormat(language, {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
  const exact = new Intl.DateTimeFormat(language, {
    year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit",
    second: "2-digit", fractionalSecondDigits: 3, timeZoneName: "longOffset",
  });

  function times(root) {
    const today = new Date().toDateString();
    for (const element of root.querySelectorAll("time[datetime]")) {
      const at = new Date(element.getAttribute("datetime"));
      if (Number.isNaN(at.getTime())) continue;
      element.textContent = (at.toDateString() === today ? near : far).format(at);
      element.title = exact.format(at) + " (" + element.getAttribute("datetime") + ")";
    }
  }

  function copies(root) {
    if (!navigator.clipboard) return;
    for (const button of root.querySelectorAll("button[data-copies]")) {
      button.hidden = false;
      button.addEventListener("click", function () {
        const from = document.getElementById(button.dataset.copies);
        if (from) navigator.clipboard.writeText(from.textContent);
      });
    }
  }

  function chosen(target) {
    const boxes = target.querySelectorAll('input[type="checkbox"]:checked');
    return new Set(Array.from(boxes, (box) => box.value));
  }

  let kept = new Set();
  let focused = "";
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!event.detail.target.hasAttribute("data-keeps")) return;
    kept = chosen(event.detail.target);
    const active = document.activeElement;
    focused = event.detail.target.contains(active) ? active.id : "";
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    times(event.detail.target.parentElement || document);
    if (!event.detail.target.hasAttribute("data-keeps")) return;
    for (const box of event.detail.target.querySelectorAll('input[type="checkbox"]')) {
      box.checked = kept.has(box.value);
    }
    const again = focused && document.getElementById(focused);
    if (again) again.focus();
  });

  // Where the places do not fit, the one that is shown is in view.
  function here() {
    const place = document.querySelector("nav [aria-current]");
    if (!place) return;
    const nav = place.closest("nav");
    nav.scrollLeft = place.offsetLeft - (nav.clientWidth - place.offsetWidth) / 2;
  }

  function begin() {
    times(document);
    here();
    window.addEventListener("resize", here);
    copies(document);
    for (const select of document.querySelectorAll("select[data-submits]")) {
      select.addEventListener("change", () => select.form.requestSubmit());
    }
  }
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", begin);
  } else {
    begin();
  }
  // A page that the browser kept of a sign-in that is over asks again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) window.location.reload();
  });
})();
