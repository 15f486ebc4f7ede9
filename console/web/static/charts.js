// Draws a chart from the numbers of a table on the same page; without this file the table is there.
// <div class="chart" data-table="ID" data-columns="2,3" data-kind="bars|lines" data-plotly="ADDRESS">
"use strict";

const INK = "#14212b", LINE = "#d5dde2";
const COLOURS = ["#0b5c7a", "#b3541e", "#5b7f2b"];

function read(figure) {
  const table = document.getElementById(figure.dataset.table);
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const names = rows.map((row) => row.cells[0].textContent.trim());
  return figure.dataset.columns.split(",").map((column, at) => ({
    name: heads[column],
    names,
    values: rows.map((row) => {
      const value = row.cells[column].dataset.value;
      return value === undefined ? null : Number(value);
    }),
    shown: rows.map((row) => row.cells[column].textContent.trim()),
    colour: COLOURS[at % COLOURS.length],
  }));
}

function traces(kind, series) {
  return series.map((each) => kind === "lines"
    ? { type: "scatter", mode: "lines+markers", x: each.names, y: each.values, name: each.name,
        text: each.shown, hoverinfo: "text+name", line: { color: each.colour } }
    : { type: "bar", x: each.names, y: each.values, name: each.name, text: each.shown,
        textposition: "auto", hoverinfo: "x+text", marker: { color: each.colour } });
}

function draw(figure) {
  const series = read(figure);
  const numbers = series.flatMap((each) => each.values).filter((value) => value !== null);
  if (!numbers.length || series[0].names.length < 2) return; // one bar says what the table says
  figure.hidden = false;
  const shares = series.some((each) => each.shown.some((text) => text.includes("%")));
  Plotly.newPlot(figure, traces(figure.dataset.kind, series), {
    title: { text: figure.dataset.title, x: 0.02, font: { size: 15, color: INK } },
    font: { family: getComputedStyle(document.body).fontFamily, color: INK },
    margin: { l: 50, r: 15, t: 45, b: 90 },
    xaxis: { automargin: true, fixedrange: true, type: "category" },
    yaxis: { rangemode: "tozero", tickformat: shares ? ".0%" : "", gridcolor: LINE,
             fixedrange: true },
    showlegend: series.length > 1,
    legend: { orientation: "h", y: 1.12, x: 1, xanchor: "right" },
  }, { displayModeBar: false, responsive: true });
}

// What plotly writes as styles the policy forbids, and the browser tells of each. Its own style
// element it leaves out where the page says so, and charts.css stands in for it; those of maps, which
// no page has, are left out here. Style attributes are said to the element's own style instead: that
// is allowed, since no page can bring it along.
function keepToThePolicy() {
  const said = document.createElement("meta");
  said.id = "plotly.js-style-global";
  said.className = "no-inline-styles";
  document.head.append(said);
  document.head.appendChild = function (node) {
    return node.nodeName === "STYLE" ? node : Node.prototype.appendChild.call(this, node);
  };
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style" && this.style) this.style.cssText = value;
    else set.call(this, name, value);
  };
}

const figures = [...document.querySelectorAll(".chart[data-table]")]
  .filter((figure) => document.getElementById(figure.dataset.table));
if (figures.length && !navigator.connection?.saveData) {
  keepToThePolicy();
  const script = document.createElement("script");
  script.src = figures[0].dataset.plotly;
  script.addEventListener("load", () => figures.forEach(draw));
  document.head.append(script);
}
