// The cumulative curve beside its target; the table under it holds the same figures.
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
  const last = points.length - 1;

  const endLabels = {
    id: "endLabels",
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.font = "600 12px system-ui, sans-serif";
      ctx.textAlign = isRightToLeft ? "left" : "right";
      chart.data.datasets.forEach((dataset, index) => {
        const value = dataset.data[last];
        const place = chart.getDatasetMeta(index).data[last];
        if (value === null || !place) return;
        ctx.fillStyle = dataset.borderColor;
        ctx.fillText(`${dataset.label} ${value.toLocaleString("fr-FR")}`, place.x, place.y - 8);
      });
      ctx.restore();
    },
  };

  new window.Chart(canvas, {
    type: "line",
    data: {
      labels: points.map((point) => point[0]),
      datasets: [
        { label: "Créés", data: points.map((point) => point[1]), borderColor: mark, backgroundColor: mark, borderWidth: 2.5, pointStyle: "rect", pointRadius: (context) => (context.dataIndex % 3 === 0 ? 3 : 0) },
        { label: "Cible", data: points.map((point) => point[2]), borderColor: ink, borderWidth: 1.5, borderDash: [6, 4], pointRadius: 0, stepped: "before" },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 18 } },
      plugins: { legend: { display: false }, tooltip: { rtl: isRightToLeft } },
      scales: {
        x: { reverse: isRightToLeft, grid: { display: false }, ticks: { color: muted, maxTicksLimit: 6, maxRotation: 0 } },
        y: { beginAtZero: true, position: isRightToLeft ? "right" : "left", grid: { color: rule }, ticks: { color: muted, precision: 0 } },
      },
    },
    plugins: [endLabels],
  });
}
