"use strict";
// Findings arrive as data and leave as text: nothing here ever turns a text of the budget into markup.
(() => {
  const source = document.getElementById("data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const word = data.words;
  const name = data.names;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- texts and columns

  const texts = data.texts.map((cut) => (typeof cut === "number" ? data.parts[cut] : cut.map((p) => data.parts[p]).join("")));
  const text = (i) => (i === null || i === undefined ? "" : texts[i]);
  const spread = (runs) => runs.flatMap(([value, times]) => Array(times).fill(value));
  const column = { ...data.columns };
  for (const key of ["rule", "rank", "schema"]) column[key] = spread(column[key]);
  const all = Array.from({ length: data.n }, (_, i) => i);
  const rule = (i) => data.rules[column.rule[i]];
  const waived = (i) => column.waived !== undefined && column.waived[i] !== null;
  const agency = (i) => (column.agency[i] < 0 ? "" : data.agency[column.agency[i]].filter(Boolean).join(" "));
  const place = new Map(column.id.map((id, i) => [id, i]));

  function money(fen) {
    const digits = String(data.per).length - 1;
    const whole = String(Math.abs(fen)).padStart(digits + 1, "0");
    const rest = whole.slice(-digits).replace(/0+$/, "").padEnd(2, "0");
    const front = whole.slice(0, -digits).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${fen < 0 ? "-" : ""}${front}.${rest}`;
  }
  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, k) => values[k]);
  const count = (n) => n.toLocaleString("en-US");

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === false || value === null || value === undefined) continue;
      element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((c) => c !== null && c !== ""));
    return element;
  }
  const zh = data.lang === "zh";
  const beside = (said, note) => (zh ? `${said}（${note}）` : `${said} (${note})`);
  const colon = zh ? "：" : ": ";
  const chip = (rank) => make("span", { class: `chip ${data.severities[rank][0]}` }, data.severities[rank][1]);
  // No figure of money is parted from its unit at the end of a line; as _MONEY in sealed.py.
  const amounts = /(-?\d[\d,]*(?:\.\d+)?[\s\u00a0]?(?:(?:千|百?万|亿)?元|yuan))/;
  const bound = (said) => said.split(amounts).map((part, k) => (k % 2 ? make("span", { class: "nb" }, part) : part)).filter((part) => part !== "");
  const bdi = (said) => make("bdi", {}, ...bound(said));

  // --- pictures

  const colours = ["#0b4f8a", "#e69f00", "#009e73"];
  const font = getComputedStyle(document.body).fontFamily;
  const ink = "#1b1f24";

  function draw(box, option, label) {
    const chart = echarts.init(box, null, { renderer: "svg", width: box.clientWidth || 640, height: box.clientHeight || 320 });
    chart.setOption({
      animation: false, color: colours, textStyle: { fontFamily: font, color: ink },
      aria: { enabled: true, label: { description: label }, decal: { show: true } }, ...option,
    });
    box.setAttribute("role", "img");
    const svg = box.querySelector("svg");
    if (svg) svg.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
    addEventListener("resize", () => { if (box.clientWidth) chart.resize({ width: box.clientWidth }); });
    return chart;
  }

  const short = (said, most) => (said.length > most ? `${said.slice(0, most - 1)}…` : said);

  function tip(lines) {
    const box = make("div", { class: "tip" });
    for (const line of lines) box.append(make("div", {}, line));
    return box;
  }

  function bars(box, chart) {
    const narrow = box.clientWidth < 480;
    draw(box, {
      grid: { left: 4, right: 28, top: 34, bottom: 24, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 22, itemHeight: 14, data: chart.series.map((s) => s.name) },
      tooltip: {
        trigger: "axis", axisPointer: { type: "shadow" }, confine: true,
        formatter: (points) => tip([points[0].name, ...points.map((p) => `${p.seriesName}  ${chart.series[p.seriesIndex].text[p.dataIndex]}`)]),
      },
      xAxis: { type: "value", name: chart.unit, nameLocation: "end", nameGap: 4, axisLabel: { hideOverlap: true, color: ink },
        nameTextStyle: { align: "right", verticalAlign: "top", padding: [22, 0, 0, 0], color: ink }, splitLine: { lineStyle: { color: "#d7dce1" } } },
      yAxis: { type: "category", inverse: true, data: chart.labels, axisTick: { show: false },
        axisLabel: { color: ink, interval: 0, formatter: (said) => short(said, narrow ? 9 : 18) } },
      series: chart.series.map((s) => ({ type: "bar", name: s.name, data: s.data, barMaxWidth: 18, itemStyle: { borderColor: ink, borderWidth: 0.5 } })),
    }, box.closest("figure").querySelector("figcaption").textContent);
  }

  function curve(box) {
    const chooser = document.getElementById("curve-rule");
    const note = box.parentElement.querySelector(".note");
    let chart = null;
    function show() {
      const c = data.curves[Number(chooser.value)];
      note.textContent = fill(word.curve_note, { code: c.code });
      const option = {
        grid: { left: 8, right: 24, top: 30, bottom: 44, containLabel: true },
        legend: { top: 0, left: 0, data: [word.left] },
        tooltip: { trigger: "axis", confine: true, formatter: (points) => {
          const [, said, n, fen] = c.points[points[0].dataIndex];
          return tip([`${word.threshold} ${said}`, `${word.left} ${count(n)}`, `${word.money} ${money(fen)} ${data.moneyUnit}`]);
        } },
        xAxis: { type: "value", name: beside(short(c.label, 24), `${word.now} ${c.now}`), nameLocation: "middle", nameGap: 28, scale: true,
          nameTextStyle: { color: ink }, axisLabel: { color: ink, hideOverlap: true } },
        yAxis: { type: "value", minInterval: 1, min: 0, axisLabel: { color: ink } },
        series: [{ type: "line", step: "end", name: word.left, symbolSize: 5, data: c.points.map((p) => [p[0], p[2]]), areaStyle: { opacity: 0.15 } }],
      };
      const label = `${c.title}${colon}${c.label}`;
      if (chart) chart.setOption({ ...option, aria: { label: { description: label } } }, { replaceMerge: ["series"] });
      else chart = draw(box, option, label);
    }
    chooser.addEventListener("change", show);
    show();
  }

  const waiting = new Map();
  // Heights are set before anything is drawn, so that nothing moves under the reader's finger when a picture comes.
  for (const box of document.querySelectorAll("[data-chart]")) {
    const chart = data.charts[box.dataset.chart];
    box.style.height = `${70 + chart.labels.length * (chart.series.length > 1 ? 34 : 26)}px`;
    waiting.set(box, () => bars(box, chart));
  }
  for (const box of document.querySelectorAll("[data-curve]")) {
    box.style.height = "300px";
    waiting.set(box, () => curve(box));
  }
  function now(box) {
    const paint = waiting.get(box);
    if (!paint || !box.clientWidth) return;
    waiting.delete(box);
    paint();
  }
  const seen = new IntersectionObserver((entries) => entries.forEach((e) => { if (e.isIntersecting) now(e.target); }), { rootMargin: "400px" });
  for (const box of waiting.keys()) seen.observe(box);

  // --- filters

  const list = document.getElementById("list");
  const state = { q: "", severity: "", rule: "", focus: "", stage: "", book: "", entity: "", agency: "", min: "", max: "", waived: "", sort: "" };
  let shown = all;
  let haystacks = null;
  let table = null;
  const field = {};

  function haystack(i) {
    const r = rule(i);
    return [r.code, r.title, text(column.message[i]), text(column.about[i]), text(column.where[i]), agency(i), column.id[i]].join("\n").toLowerCase();
  }
  const worth = (i) => (column.amount[i] === null ? -1 : Math.abs(column.amount[i]));
  const orders = {
    "": (a, b) => column.rank[a] - column.rank[b] || worth(b) - worth(a) || a - b,
    amount: (a, b) => worth(b) - worth(a) || a - b,
    rule: (a, b) => column.rule[a] - column.rule[b] || a - b,
    agency: (a, b) => compare(agency(a) || "\uffff", agency(b) || "\uffff") || a - b,
    order: (a, b) => a - b,
  };
  function compare(a, b) { return a < b ? -1 : a > b ? 1 : 0; }
  function amountOf(typed) {
    if (typed.trim() === "") return null;
    const value = Number(typed.replace(/[,，\s]/g, ""));
    return Number.isFinite(value) ? value * data.per : null;
  }

  function select() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) haystacks ??= all.map(haystack);
    const set = (key) => (state[key] ? new Set(state[key].split(",")) : null);
    const severities = set("severity"), rules = set("rule");
    const least = amountOf(state.min), most = amountOf(state.max);
    const fitting = data.rules.map((r) => (!rules || rules.has(r.code))
      && (!state.focus || r.focus.some(([k]) => k === state.focus)) && (!state.stage || r.stages.some(([k]) => k === state.stage)));
    const found = all.filter((i) => fitting[column.rule[i]]
      && (!severities || severities.has(data.severities[column.rank[i]][0]))
      && (!state.book || (column.book[i] < 0 ? state.book.endsWith("*") : data.book[column.book[i]][0] === state.book.replace("*", "")))
      && (!state.entity || (column.entity[i] >= 0 && data.entity[column.entity[i]][0] === state.entity))
      && (!state.agency || (column.agency[i] >= 0 && data.agency[column.agency[i]][0] === state.agency))
      && (least === null || (column.amount[i] !== null && Math.abs(column.amount[i]) >= least))
      && (most === null || (column.amount[i] !== null && Math.abs(column.amount[i]) <= most))
      && (!state.waived || waived(i) === (state.waived === "1"))
      && words.every((w) => haystacks[i].includes(w)));
    return found.sort(orders[state.sort] ?? orders[""]);
  }

  function refresh() {
    shown = select();
    field.count.value = fill(word.showing, { n: count(shown.length), all: count(data.n) });
    const n = String(shown.length);
    table.replaceData(shown.map((i) => ({ i }))).then(() => { list.dataset.rows = n; });
  }

  function toHash() {
    const said = Object.entries(state).filter(([, v]) => v).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&");
    history.replaceState(null, "", said ? `#${said}` : `${location.pathname}${location.search}`);
  }

  function fromHash() {
    const hash = location.hash.slice(1);
    let id = "";
    try { id = decodeURIComponent(hash); } catch { return; }
    if (place.has(id)) { open(place.get(id)); return; }
    if (/^[0-9a-f]{16}(#\d+)?$/.test(id)) { field.count.value = fill(word.gone, { id }); return; }
    if (!hash.includes("=")) return;
    const said = new URLSearchParams(hash);
    for (const key of Object.keys(state)) state[key] = said.get(key) ?? "";
    show();
    refresh();
    document.getElementById("findings").scrollIntoView({ behavior: still ? "auto" : "smooth" });
  }

  // A cell of the map also counts findings that name no book: general* is "general, or none".
  function bookOrNone(key) {
    const book = key.replace("*", "");
    return `${data.books[book] ?? book} + ${word.no_book}`;
  }

  function show() {
    for (const [key, control] of Object.entries(field.by)) {
      if (key === "severity") {
        const on = state.severity.split(",");
        control.forEach((box) => { box.checked = on.includes(box.value); });
      } else {
        if (control.tagName === "SELECT" && state[key] && ![...control.options].some((o) => o.value === state[key])) {
          control.append(make("option", { value: state[key] }, key === "book" ? bookOrNone(state.book) : short(state[key], 30)));
        }
        control.value = state[key];
      }
    }
  }

  function changed() { toHash(); refresh(); }

  function labelled(key, said, control) {
    control.id = `f-${key}`;
    return make("span", { class: "field" }, make("label", { for: control.id }, said), control);
  }

  function chooser(key, said, options, first = word.all) {
    const control = make("select", {}, make("option", { value: "" }, first), ...options.map(([value, label]) => make("option", { value }, label)));
    control.addEventListener("change", () => { state[key] = control.value; changed(); });
    field.by[key] = control;
    return labelled(key, said, control);
  }

  function typed(key, said, attributes, wait) {
    const control = make("input", { autocomplete: "off", ...attributes });
    let timer = 0;
    control.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { state[key] = control.value; changed(); }, wait); });
    field.by[key] = control;
    return labelled(key, said, control);
  }

  function pairs(lists) {
    const found = new Map();
    for (const one of lists) for (const [key, label] of one) found.set(key, label);
    return [...found];
  }

  function tools() {
    field.by = {};
    const form = make("form", { class: "tools", role: "search", "aria-label": word.list });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.append(typed("q", word.search, { type: "search", placeholder: word.search_hint }, 120));
    const boxes = data.severities.map(([key], rank) => {
      const box = make("input", { type: "checkbox", value: key, id: `f-${key}` });
      box.addEventListener("change", () => { state.severity = boxes.filter((b) => b.checked).map((b) => b.value).join(","); changed(); });
      return box;
    });
    field.by.severity = boxes;
    form.append(make("fieldset", { class: "field" }, make("legend", {}, name.severity),
      ...boxes.map((box, rank) => make("label", { class: "tick", for: box.id }, box, chip(rank)))));
    const several = [];
    several.push(chooser("rule", name.rule, data.rules.map((r) => [r.code, `${r.code} ${r.title}`])));
    if (data.agency.length) several.push(chooser("agency", word.agency, data.agency.map(([c, n]) => [c, `${c} ${n}`.trim()]).sort((a, b) => compare(a[0], b[0]))));
    if (data.entity.length > 1) several.push(chooser("entity", word.entity, [...data.entity].sort((a, b) => compare(a[0], b[0]))));
    if (data.book.length || data.n) several.push(chooser("book", name.book, data.book));
    several.push(chooser("focus", name.focus, pairs(data.rules.map((r) => r.focus))));
    several.push(chooser("stage", word.serves, pairs(data.rules.map((r) => r.stages))));
    several.push(typed("min", beside(word.from, data.moneyUnit), { inputmode: "decimal", size: 10 }, 250));
    several.push(typed("max", word.to, { inputmode: "decimal", size: 10 }, 250));
    if (column.waived) several.push(chooser("waived", word.waived_state, [["0", word.open_only], ["1", word.waived_only]]));
    several.push(chooser("sort", word.sort, [["amount", word.sort_amount], ["rule", word.sort_rule], ["agency", word.sort_agency], ["order", word.sort_order]], word.sort_worth));
    several.at(-1).classList.add("long");
    form.append(...several);
    const reset = make("button", { type: "button" }, word.reset);
    reset.addEventListener("click", () => { for (const key of Object.keys(state)) state[key] = ""; show(); changed(); });
    const save = make("button", { type: "button" }, word.export);
    save.addEventListener("click", csv);
    field.count = make("output", { id: "count", "aria-live": "polite" });
    form.append(make("span", { class: "field end" }, field.count, reset, save));
    return form;
  }

  // --- the list

  function subject(i) {
    const link = make("a", { href: `#${encodeURIComponent(column.id[i])}`, class: "message" }, bdi(text(column.message[i])));
    return make("div", { class: "what" }, link, make("div", { class: "place" }, bdi(text(column.about[i]))));
  }

  function listing() {
    const box = make("div", { id: "table" });
    list.append(tools(), box);
    const cell = (content) => (c) => content(c.getRow().getData().i);
    const narrow = matchMedia("(max-width: 45rem)").matches;
    const made = new Tabulator(box, {
      // Its own observer draws all rows anew when the list first comes into sight, and takes the focus from a reader's row.
      autoResize: false, data: [], height: "min(72vh, 46rem)", layout: "fitColumns", rowHeight: narrow ? 104 : 78, headerSort: false,
      placeholder: word.nothing, columnDefaults: { resizable: true, headerSort: false, tooltip: false },
      columns: [
        { title: name.severity, field: "rank", width: narrow ? 72 : 92, formatter: cell((i) => make("div", {}, chip(column.rank[i]), ...(waived(i) ? [make("small", {}, word.waived_only)] : []))) },
        ...(narrow ? [] : [{ title: name.rule, field: "rule", width: 170, formatter: cell((i) => make("div", { class: "which" }, make("code", {}, rule(i).code), " ", make("span", {}, rule(i).title))) }]),
        { title: word.finding, field: "message", minWidth: narrow ? 96 : 260, formatter: cell(subject) },
        { title: beside(name.amount, data.moneyUnit), field: "amount", hozAlign: "right", headerHozAlign: "right", width: narrow ? 112 : 172,
          formatter: cell((i) => make("span", { class: "sum" }, column.amount[i] === null ? "—" : money(column.amount[i]))) },
        ...(narrow ? [] : [{ title: name.source, field: "where", width: 190, formatter: cell((i) => make("span", { class: "place" }, bdi(text(column.where[i])))) }]),
      ],
    });
    let width = box.clientWidth;
    addEventListener("resize", () => { if (box.clientWidth !== width) { width = box.clientWidth; made.redraw(); } });
    made.on("rowClick", (event, row) => { if (!event.target.closest("a")) open(row.getData().i); });
    made.on("tableBuilt", () => {
      // Inside a grid nothing but its rows may take the focus; the links in the rows do.
      box.querySelector(".tabulator-tableholder").removeAttribute("tabindex");
      table = made;
      refresh();
      fromHash();
      document.documentElement.dataset.ready = "";
    });
  }

  // --- one finding

  const dialog = make("dialog", { "aria-labelledby": "finding-title" });
  document.body.append(dialog);
  let before = "";

  function pair(term, ...said) { return make("div", {}, make("dt", {}, term), make("dd", {}, ...said)); }

  function open(i) {
    const r = rule(i);
    const labels = data.schemas[column.schema[i]];
    const values = column.figures[i].map(text);
    const known = new Map(labels.map(([key], k) => [key, values[k]]));
    const at = shown.indexOf(i);
    const rank = column.rank[i];
    const title = make("h2", { id: "finding-title", tabindex: "-1" }, chip(rank), " ", `${r.code} ${r.title}`);
    const close = make("button", { type: "button" }, word.close);
    close.addEventListener("click", () => dialog.close());
    const step = (by, said) => {
      const button = make("button", { type: "button", disabled: at < 0 || at + by < 0 || at + by >= shown.length }, said);
      button.addEventListener("click", () => open(shown[at + by]));
      return button;
    };
    const copy = make("button", { type: "button" }, word.copy);
    copy.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(location.href); copy.textContent = word.copied; } catch { prompt(word.copy, location.href); }
    });
    const figures = make("dl", { class: "figures" }, ...labels.map(([, label], k) => pair(label, ...bound(values[k]))));
    dialog.replaceChildren(
      make("div", { class: "bar" }, step(-1, `‹ ${word.previous}`), make("span", { class: "note" }, at < 0 ? "" : fill(word.of, { i: count(at + 1), n: count(shown.length) })),
        step(1, `${word.next} ›`), copy, close),
      title,
      make("p", { class: "meta" }, bdi(text(column.about[i])), column.amount[i] === null ? "" : make("span", {}, ` · ${name.amount} `, make("span", { class: "nb" }, `${money(column.amount[i])} ${data.moneyUnit}`))),
      ...(waived(i) ? [make("p", { class: "hint" }, `${name.waived}${colon}`, bdi(text(column.waived[i])))] : []),
      make("p", { class: "said" }, bdi(text(column.message[i]))),
      make("h3", {}, name.question), make("p", { class: "q" }, bdi(text(column.question[i]))),
      make("h3", {}, name.figures), figures,
      ...(column.lines && column.lines[i] !== null ? [make("p", { class: "meta" }, `${name.lines} `, bdi(text(column.lines[i])))] : []),
      make("h3", {}, name.formula), make("p", {}, make("code", {}, r.formula)),
      make("p", {}, `${word.with_numbers} `, make("code", {}, r.formula.replace(/[A-Za-z_][A-Za-z_0-9]*/g, (n) => known.get(n) ?? n))),
      make("h3", {}, name.authority),
      make("p", { class: "meta" }, `${r.nature[rank]} · ${r.status} · ${r.focus.map(([, f]) => f).join(" · ")}`),
      ...(r.authority.length ? [make("ul", {}, ...r.authority.map((a) => make("li", {}, a)))] : []),
      ...(r.fine ? [make("h3", {}, word.fine), make("p", {}, r.fine)] : []),
      make("h3", {}, name.source), make("p", {}, make("span", { class: "cell" }, bdi(text(column.where[i])))),
      make("p", { class: "note" }, `${name.fingerprint} `, make("code", {}, column.id[i])),
    );
    if (!dialog.open) { before = location.hash.includes("=") ? location.hash : ""; dialog.showModal(); }
    history.replaceState(null, "", `#${encodeURIComponent(column.id[i])}`);
    title.focus();
    dialog.scrollTop = 0;
  }
  dialog.addEventListener("close", () => history.replaceState(null, "", before || `${location.pathname}${location.search}`));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  // A row's link opens its finding; a link that only repeats the address fires no hashchange, so it is opened here.
  list?.addEventListener("click", (event) => {
    const link = event.target.closest("a.message");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(place.get(decodeURIComponent(link.hash.slice(1))));
  });

  // --- csv, as no_formula in visible.py writes it

  const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
  function quoted(said) {
    const safe = formula.test(said) && !number.test(said) ? `'${said}` : said;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }
  function csv() {
    const head = [name.fingerprint, name.severity, name.rule, name.message, name.question, name.subject, beside(name.amount, data.moneyUnit), name.source, name.waived];
    const lines = shown.map((i) => [column.id[i], data.severities[column.rank[i]][1], `${rule(i).code} ${rule(i).title}`, text(column.message[i]),
      text(column.question[i]), text(column.about[i]), column.amount[i] === null ? "" : money(column.amount[i]).replaceAll(",", ""), text(column.where[i]),
      waived(i) ? text(column.waived[i]) : ""]);
    const said = `\ufeff${[head, ...lines].map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;
    const link = make("a", { href: URL.createObjectURL(new Blob([said], { type: "text/csv;charset=utf-8" })), download: "findings.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // --- print: what is filtered, as a plain table

  let paper = null;
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("main details:not([open])")];
    closed.forEach((d) => { d.open = true; });
    for (const box of [...waiting.keys()]) now(box);
    if (!list) return;
    paper = make("table", { class: "paper" },
      make("caption", {}, fill(word.showing, { n: count(shown.length), all: count(data.n) })),
      make("thead", {}, make("tr", {}, ...[name.severity, word.finding, beside(name.amount, data.moneyUnit), name.source].map((h) => make("th", { scope: "col" }, h)))));
    const body = make("tbody");
    for (const i of shown) {
      body.append(make("tr", {}, make("td", {}, chip(column.rank[i]), make("br"), make("code", {}, rule(i).code)),
        make("td", {}, make("div", {}, bdi(text(column.message[i]))), make("div", { class: "q" }, bdi(text(column.question[i]))),
          make("div", { class: "place" }, bdi(text(column.about[i])), waived(i) ? ` · ${name.waived}${colon}${text(column.waived[i])}` : "")),
        make("td", { class: "num" }, column.amount[i] === null ? "—" : money(column.amount[i])), make("td", { class: "place" }, bdi(text(column.where[i])))));
    }
    paper.append(body);
    list.append(paper);
  });
  addEventListener("afterprint", () => {
    paper?.remove();
    closed.forEach((d) => { d.open = false; });
  });

  addEventListener("hashchange", () => { if (list) fromHash(); });
  if (list) listing();
  else document.documentElement.dataset.ready = "";
})();
