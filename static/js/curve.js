// The cumulative curve, its target and where two paces lead; the table under it holds the figures.
const canvas = document.querySelector("[data-curve]");
if (canvas && window.Chart) {
  const points = JSON.parse(document.getElementById(canvas.dataset.curve).textContent);
  const styles = getComputedStyle(document.documentElement);
  const ink = styles.getPropertyValue("--bs-body-color").trim();
  const muted = styles.getPropertyValue("--bs-secondary-color").trim();
  const rule = styles.getPropertyValue("--rule").trim();
  const stage = document.createElement("i");
  stage.className = "stage-created";
  document.body.append(stage);
  const mark = getComputedStyle(stage).getPropertyValue("--mark").trim();
  stage.remove();
  const isRightToLeft = document.documentElement.dir === "rtl";
  const column = (at) => points.map((point) => point[at]);
  const lastOf = (values) => values.reduce((last, value, at) => (value === null ? last : at), -1);
  const line = (name, at, look) => ({ label: canvas.dataset[name], data: column(at), pointRadius: 0, ...look });
  // The legend draws each line there and back: only at this width do both dashes fall together.
  const LEGEND_WIDTH = 28;
  const hasProjection = lastOf(column(3)) >= 0;

  // What is reached and aimed at is named on the drawing, at the end of its line.
  const endLabels = {
    id: "endLabels",
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.font = "600 12px system-ui, sans-serif";
      chart.data.datasets.slice(0, 2).forEach((dataset, index) => {
        const last = lastOf(dataset.data);
        const place = chart.getDatasetMeta(index).data[last];
        if (last < 0 || !place) return;
        const text = `${dataset.label} ${dataset.data[last].toLocaleString("fr-FR")}`;
        const width = ctx.measureText(text).width;
        const x = Math.min(Math.max(place.x - width, chartArea.left), chartArea.right - width);
        ctx.fillStyle = dataset.borderColor;
        ctx.fillText(text, x, place.y + (index ? -8 : 20));
      });
      ctx.restore();
    },
  };

  new window.Chart(canvas, {
    type: "line",
    data: {
      labels: column(0),
      datasets: [
        line("actual", 1, { borderColor: mark, backgroundColor: mark, borderWidth: 2.5, spanGaps: true, pointStyle: "rect", pointRadius: (context) => (context.dataIndex % 3 === 0 ? 3 : 0) }),
        line("goal", 2, { borderColor: ink, borderWidth: 1.5, stepped: "before" }),
        ...(hasProjection
          ? [
              line("present", 3, { borderColor: mark, borderWidth: 2, borderDash: [6, 4] }),
              line("required", 4, { borderColor: ink, borderWidth: 1.5, borderDash: [2, 4] }),
            ]
          : []),
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 18 } },
      plugins: {
        legend: { display: hasProjection, position: "bottom", rtl: isRightToLeft, labels: { color: muted, boxWidth: LEGEND_WIDTH, boxHeight: 0 } },
        tooltip: { rtl: isRightToLeft },
      },
      scales: {
        x: { reverse: isRightToLeft, grid: { display: false }, ticks: { color: muted, maxTicksLimit: 6, maxRotation: 0 } },
        y: { beginAtZero: true, position: isRightToLeft ? "right" : "left", grid: { color: rule }, ticks: { color: muted, precision: 0 } },
      },
    },
    plugins: [endLabels],
  });
}
