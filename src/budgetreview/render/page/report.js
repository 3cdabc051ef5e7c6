"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const field = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const findings = all(".finding");
  let texts = null;
  let timer = 0;

  function filter() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    texts ??= findings.map((f) => {
      const rule = f.closest(".rule");
      return `${rule.querySelector("h4").textContent} ${rule.querySelector(".meta").textContent} ${f.textContent}`.toLowerCase();
    });
    let n = 0;
    findings.forEach((f, i) => {
      const hit = words.every((w) => texts[i].includes(w));
      f.hidden = !hit;
      n += hit;
    });
    for (const box of all(".rule")) box.hidden = !box.querySelector(".finding:not([hidden])");
    for (const box of all(".severity")) box.hidden = !box.querySelector(".rule:not([hidden])");
    shown.value = words.length ? `${shown.dataset.word} ${n} / ${findings.length}` : "";
  }

  if (field) {
    field.form.addEventListener("submit", (event) => event.preventDefault());
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(filter, 120); });
    document.getElementById("open").addEventListener("click", () => findings.forEach((f) => { f.open = !f.hidden; }));
    document.getElementById("close").addEventListener("click", () => findings.forEach((f) => { f.open = false; }));
  }

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((d) => { d.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((d) => { d.open = false; }));
})();
