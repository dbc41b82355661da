/* Maps and large photos. Everything drawn comes from data attributes of our own pages. */
"use strict";

const COLOURS = { approved: "#1f5c4a", proposed: "#b97a06", fix: "#2369b3" };

/* Lines at a round number of metres, counted from the first mark, so that distances can be read. */
function drawGrid(map, origin, told) {
  const lines = L.layerGroup().addTo(map);
  const note = L.control({ position: "bottomright" });
  note.onAdd = () => L.DomUtil.create("div", "grid-note");
  note.addTo(map);

  function step() {
    const size = map.getSize();
    const middle = size.y / 2;
    const across = map.distance(
      map.containerPointToLatLng([0, middle]), map.containerPointToLatLng([size.x, middle]));
    const wanted = across / Math.max(4, size.x / 70);
    const power = 10 ** Math.floor(Math.log10(wanted));
    return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wanted);
  }

  function draw() {
    lines.clearLayers();
    const metres = step();
    const bounds = map.getBounds().pad(0.2);
    const north = metres / 111195;
    const east = north / Math.cos((origin.lat * Math.PI) / 180);
    const style = { color: "#c3cec7", weight: 1, interactive: false };
    const first = (low, from, by) => from + Math.ceil((low - from) / by) * by;
    for (let lat = first(bounds.getSouth(), origin.lat, north); lat < bounds.getNorth(); lat += north) {
      lines.addLayer(L.polyline([[lat, bounds.getWest()], [lat, bounds.getEast()]], style));
    }
    for (let lon = first(bounds.getWest(), origin.lon, east); lon < bounds.getEast(); lon += east) {
      lines.addLayer(L.polyline([[bounds.getSouth(), lon], [bounds.getNorth(), lon]], style));
    }
    const words = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
    note.getContainer().textContent = told.grid.replace("{n}", words);
  }
  map.on("moveend", draw);
  draw();
}

function drawMap(element) {
  const told = JSON.parse(element.dataset.map);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, {
    attributionControl: false, maxZoom: 19, scrollWheelZoom: false,
    zoomAnimation: !still, fadeAnimation: !still,
  });
  const around = L.latLngBounds([]);
  for (const point of told.points) {
    const reach = Math.max(point.acc || 0, 12);
    around.extend(L.latLng(point.lat, point.lon).toBounds(reach * 2.6));
  }
  map.fitBounds(around, {
    maxZoom: 18, paddingTopLeft: [40, 14], paddingBottomRight: [14, 40], animate: false,
  });
  L.control.scale({ imperial: false }).addTo(map);
  if (told.tiles) {
    L.tileLayer(told.tiles, { maxZoom: 19 }).addTo(map);
  } else {
    drawGrid(map, told.points[0], told);
  }
  const [houses, fixes] = ["approved", "fix"].map((k) => told.points.filter((p) => p.kind === k));
  if (houses.length === 1 && fixes.length === 1) {
    L.polyline([houses[0], fixes[0]].map((p) => [p.lat, p.lon]), {
      color: "#6a746e", weight: 2, dashArray: "4 6", interactive: false,
    }).addTo(map);
  }
  /* The approved house last, on top. */
  const order = { fix: 0, proposed: 1, approved: 2 };
  for (const point of [...told.points].sort((a, b) => order[a.kind] - order[b.kind])) {
    const colour = COLOURS[point.kind];
    const place = [point.lat, point.lon];
    if (point.acc) {
      L.circle(place, {
        radius: point.acc, color: colour, weight: 1, fillOpacity: 0.14, interactive: false,
      }).addTo(map);
    }
    L.circleMarker(place, {
      radius: 7, color: "#fff", weight: 2, fillColor: colour, fillOpacity: 1,
    }).bindTooltip(point.words).addTo(map);
  }
}

function openPhoto(button, dialog) {
  const source = button.dataset.photo;
  const image = dialog.querySelector("img");
  image.src = `${source}/screen`;
  image.alt = button.dataset.words;
  dialog.querySelector(".bar p").textContent = button.dataset.words;
  dialog.querySelector(".bar a").href = source;
  dialog.showModal();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-map]").forEach(drawMap);

  const dialog = document.querySelector("dialog.photo");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-photo]");
    if (button && dialog) openPhoto(button, dialog);
    if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
  });

  for (const image of document.querySelectorAll("img[data-late]")) {
    const say = () => {
      const words = document.createElement("span");
      words.className = "absent";
      words.textContent = image.dataset.late;
      image.replaceWith(words);
    };
    if (image.complete && image.naturalWidth === 0 && image.currentSrc) say();
    else image.addEventListener("error", say, { once: true });
  }

  /* A row's one box speaks of the answer that is chosen beside it. */
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-about]")) {
      event.target.parentElement.querySelector("textarea").name = event.target.value;
    }
  });

  const count = document.querySelector("[data-comments]");
  if (!count) return;
  const boxes = document.querySelectorAll('textarea[form="review"]');
  const tell = () => {
    const written = [...boxes].filter((box) => box.value.trim()).length;
    count.textContent = written ? count.dataset.comments.replace("{n}", written) : "";
  };
  boxes.forEach((box) => box.addEventListener("input", tell));
  tell();
});
