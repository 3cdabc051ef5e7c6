"use strict";
// Figures arrive as data and leave as text: nothing here ever turns a text of the ledger into markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const colours = ["#0b4f8a", "#8f4700", "#00684a", "#9b1c1c"];
  const symbols = ["circle", "rect", "triangle", "diamond"];
  const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3]];
  const font = getComputedStyle(document.body).fontFamily;
  const ink = "#1b1f24";
  const short = (said, most) => (said.length > most ? `${said.slice(0, most - 1)}…` : said);

  function tip(lines) {
    const box = document.createElement("div");
    box.className = "tip";
    for (const line of lines) {
      const one = document.createElement("div");
      one.textContent = line;
      box.append(one);
    }
    return box;
  }

  function draw(box, chart) {
    const narrow = box.clientWidth < 480;
    const lying = chart.kind === "bars";
    box.style.height = lying ? `${70 + chart.labels.length * (12 + 16 * chart.series.length)}px` : "20rem";
    const drawn = echarts.init(box, null, { renderer: "svg", width: box.clientWidth || 640, height: box.clientHeight || 320 });
    const names = { type: "category", data: chart.labels, axisTick: { show: false },
      axisLabel: { color: ink, interval: lying ? 0 : "auto", formatter: (said) => short(said, narrow ? 9 : 22) } };
    const whole = chart.series.every((s) => s.data.every((v) => v === null || Number.isInteger(v)));
    const sizes = { type: "value", minInterval: whole ? 1 : 0, min: (v) => Math.min(0, v.min), axisLabel: { hideOverlap: true, color: ink }, splitLine: { lineStyle: { color: "#d7dce1" } } };
    drawn.setOption({
      animation: false, color: colours, textStyle: { fontFamily: font, color: ink },
      aria: { enabled: true, label: { description: box.closest("figure").querySelector("figcaption").textContent }, decal: { show: lying } },
      grid: { left: 8, right: 28, top: 34, bottom: 24, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 26, itemHeight: 14, textStyle: { color: ink }, data: chart.series.map((s) => s.name) },
      tooltip: { trigger: "axis", axisPointer: { type: lying ? "shadow" : "line" }, confine: true,
        formatter: (points) => tip([points[0].name, ...points.map((p) => `${p.seriesName}  ${chart.series[p.seriesIndex].text[p.dataIndex]}`)]) },
      xAxis: lying ? sizes : names,
      yAxis: lying ? { ...names, inverse: true } : sizes,
      series: chart.series.map((s, i) => (lying
        ? { type: "bar", name: s.name, data: s.data, barMaxWidth: 16, itemStyle: { borderColor: ink, borderWidth: 0.5 } }
        : { type: "line", name: s.name, data: s.data, symbol: symbols[i % 4], symbolSize: 9, lineStyle: { width: 2, type: dashes[i % 4] } })),
    });
    box.setAttribute("role", "img");
    const svg = box.querySelector("svg");
    if (svg) svg.setAttribute("viewBox", `0 0 ${drawn.getWidth()} ${drawn.getHeight()}`);
    addEventListener("resize", () => { if (box.clientWidth) drawn.resize({ width: box.clientWidth }); });
  }

  for (const box of document.querySelectorAll("[data-chart]")) draw(box, data.charts[box.dataset.chart]);
  // On paper every table is there: what is folded on the screen is unfolded for the printer.
  const folded = new Set();
  addEventListener("beforeprint", () => {
    for (const d of document.querySelectorAll("details:not([open])")) { folded.add(d); d.open = true; }
  });
  addEventListener("afterprint", () => { for (const d of folded) d.open = false; folded.clear(); });
})();
