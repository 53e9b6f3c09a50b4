/* Draws the maps of Cartable with Leaflet. Evaluated once per output in a notebook: everything here may run again. */
(() => {
  "use strict";
  const L = window.L;
  const PAPER_WIDTH = 640; // px: fits an A4 page with its margins
  const WORLD_ZOOM = 16;
  const DRAWN = new Set("nsabc"); // marks with a pattern: no value, secret, below the reference
  const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "10 6", "4 2"]; // outlines, one by kind
  const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- TopoJSON ------------------------------------------------------------------------------------------------------

  /** Reads an arc: numbers in base 32, delta-encoded on the grid; gives longitude and latitude in turn. */
  function decodeArc(text, [kx, ky], [dx, dy]) {
    const flat = [];
    let x = 0, y = 0, at = 0;
    const next = () => {
      let value = 0, shift = 0, code;
      do {
        code = text.charCodeAt(at++) - 63;
        value |= (code & 31) << shift;
        shift += 5;
      } while (code >= 32);
      return value & 1 ? ~(value >> 1) : value >> 1;
    };
    while (at < text.length) {
      x += next();
      y += next();
      flat.push(x * kx + dx, y * ky + dy);
    }
    return flat;
  }

  /** Longitudes and latitudes in turn, as points. */
  function pairs(flat) {
    const points = [];
    for (let i = 0; i < flat.length; i += 2) points.push(L.latLng(flat[i + 1], flat[i]));
    return points;
  }

  class Land {
    constructor(data) {
      this.arcs = data.arcs.map((text) => decodeArc(text, data.echelle, data.origine));
      this.points = new Map();
      this.contour = data.contour;
      this.communes = data.communes.map(([name, x, y, population, member, polygons]) => (
        { name, population, member: member === 1, centre: L.latLng(y, x), polygons }));
    }

    /** Points of an arc, made once: the two communes of a border share them. */
    arc(number) {
      const index = number < 0 ? ~number : number;
      if (!this.points.has(index)) this.points.set(index, pairs(this.arcs[index]));
      return this.points.get(index);
    }

    /** Joins arcs (negative: read backwards) into one line, without the points that two arcs share. */
    line(numbers) {
      return numbers.flatMap((number, rank) => {
        const points = number < 0 ? this.arc(number).slice().reverse() : this.arc(number);
        return rank ? points.slice(1) : points;
      });
    }

    rings(commune) {
      return commune.polygons.map((polygon) => polygon.map((numbers) => this.line(numbers)));
    }

    outline() {
      return this.contour.map((numbers) => this.line(numbers));
    }

    mesh() {
      const used = new Set();
      for (const { member, polygons } of this.communes) {
        if (member) for (const number of polygons.flat(2)) used.add(number < 0 ? ~number : number);
      }
      return [...used].map((number) => this.arc(number));
    }
  }

  // --- large maps: one canvas ----------------------------------------------------------------------------------------

  /** Draws thousands of communes at once: each border is projected and thinned once, each class filled once. */
  function mosaic(land, style) {
    const world = land.arcs.map((flat) => {
      const points = new Float64Array(flat.length);
      for (let i = 0; i < flat.length; i += 2) {
        points[i] = (flat[i] + 180) / 360 * 256;
        points[i + 1] = 128 - (128 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + flat[i + 1] * Math.PI / 360));
      }
      return points;
    });
    for (const commune of land.communes) commune.box = extent(commune.polygons.flat(2), world);

    const Mosaic = L.Renderer.extend({
      _initContainer() { this._container = L.DomUtil.create("canvas", "cartable-mosaique"); },
      _updatePaths() {},
      _update() {
        L.Renderer.prototype._update.call(this);
        const size = this._bounds.getSize(), ratio = this.paper ? 3 : Math.max(1, window.devicePixelRatio || 1);
        L.DomUtil.setPosition(this._container, this._bounds.min);
        Object.assign(this._container, { width: size.x * ratio, height: size.y * ratio });
        Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` });
        this.redraw(ratio, size);
      },
      redraw(ratio, size) {
        const pen = this._container.getContext("2d"), scale = 2 ** this._map.getZoom();
        const origin = this._map.getPixelOrigin().add(this._bounds.min);
        pen.scale(ratio, ratio);
        pen.lineJoin = "round";
        const thin = new Array(world.length);
        const screen = (index) => (thin[index] ??= project(world[index], scale, origin, 0.6));
        const [west, north] = [origin.x / scale, origin.y / scale];
        const seen = ({ box }) => box[0] < west + size.x / scale && box[2] > west && box[1] < north + size.y / scale && box[3] > north;
        for (const [colour, group] of style().fills) {
          pen.beginPath();
          for (const commune of group) if (seen(commune)) for (const numbers of commune.polygons.flat()) trace(pen, numbers, screen);
          pen.fillStyle = colour;
          pen.fill("evenodd");
        }
        pen.beginPath();
        thin.forEach((points) => { pen.moveTo(points[0], points[1]); draw(pen, points, false); });
        Object.assign(pen, { strokeStyle: style().border, lineWidth: 0.5 });
        pen.stroke();
        pen.beginPath();
        for (const numbers of land.contour) trace(pen, numbers, screen);
        Object.assign(pen, { strokeStyle: style().ink, lineWidth: 1.4 });
        pen.stroke();
      },
      /** The commune under a point of the map. */
      find(latlng) {
        const { x, y } = L.CRS.EPSG3857.latLngToPoint(latlng, 0);
        return land.communes.find(({ box, polygons }) => box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3]
          && polygons.flat(2).reduce((inside, number) => inside !== crosses(world[number < 0 ? ~number : number], x, y), false));
      },
    });
    return new Mosaic({ padding: 0.2 });
  }

  function extent(numbers, world) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const number of numbers) {
      const points = world[number < 0 ? ~number : number];
      for (let i = 0; i < points.length; i += 2) {
        box[0] = Math.min(box[0], points[i]); box[2] = Math.max(box[2], points[i]);
        box[1] = Math.min(box[1], points[i + 1]); box[3] = Math.max(box[3], points[i + 1]);
      }
    }
    return box;
  }

  /** Puts an arc on the screen, without the points nearer than a fraction of a pixel; both ends stay. */
  function project(points, scale, origin, tolerance) {
    const kept = [];
    let lastX = Infinity, lastY = Infinity;
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i] * scale - origin.x, y = points[i + 1] * scale - origin.y;
      if (i + 2 < points.length && Math.abs(x - lastX) < tolerance && Math.abs(y - lastY) < tolerance) continue;
      kept.push(x, y);
      lastX = x; lastY = y;
    }
    return kept;
  }

  function draw(pen, points, backwards) {
    if (backwards) for (let i = points.length - 2; i >= 0; i -= 2) pen.lineTo(points[i], points[i + 1]);
    else for (let i = 0; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
  }

  function trace(pen, numbers, screen) {
    numbers.forEach((number, rank) => {
      const backwards = number < 0, points = screen(backwards ? ~number : number);
      const start = backwards ? points.length - 2 : 0;
      if (!rank) pen.moveTo(points[start], points[start + 1]);
      draw(pen, points, backwards);
    });
  }

  /** Whether a half-line from (x, y) crosses an arc an odd number of times. */
  function crosses(points, x, y) {
    let odd = false;
    for (let i = 2; i < points.length; i += 2) {
      const [x0, y0, x1, y1] = [points[i - 2], points[i - 1], points[i], points[i + 1]];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) odd = !odd;
    }
    return odd;
  }

  // --- safe HTML for folium's popups and tooltips --------------------------------------------------------------------

  const KEPT = new Set(("B STRONG I EM U S BR P DIV SPAN UL OL LI DL DT DD TABLE CAPTION THEAD TBODY TFOOT TR TH TD "
    + "H1 H2 H3 H4 H5 H6 SMALL SUB SUP A CODE PRE HR ABBR").split(" "));
  const DROPPED = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED NOSCRIPT SVG MATH LINK META BASE FORM".split(" "));

  /** Reads HTML in an inert document and keeps simple elements, without any attribute that acts or loads. */
  function clean(html) {
    const body = new DOMParser().parseFromString(String(html), "text/html").body;
    for (const element of [...body.querySelectorAll("*")]) {
      const tag = element.tagName.toUpperCase();
      if (DROPPED.has(tag)) element.remove();
      else if (!KEPT.has(tag)) element.replaceWith(...element.childNodes);
      else for (const { name, value } of [...element.attributes]) {
        const link = name === "href" && /^(https?:|mailto:|tel:|#)/i.test(value);
        const style = name === "style" && !/url|image|expression|@/i.test(value);
        if (!link && !style && !["class", "id", "lang", "title", "scope", "colspan"].includes(name)) {
          element.removeAttribute(name);
        }
      }
    }
    return [...body.childNodes];
  }

  /** The two uses that folium's scripts make of jQuery: `$(html)[0]` and `$(document).ready(…)`. */
  const $ = (thing) => {
    if (thing === document) return { ready: (action) => action() };
    const nodes = clean(thing);
    return nodes.some((node) => node.nodeType === 1) ? nodes.filter((node) => node.nodeType === 1) : nodes;
  };

  function wrapped(html) {
    const box = document.createElement("div");
    box.append(...clean(html));
    return box;
  }

  function pin(colour) {
    return L.divIcon({
      className: "cartable-repere", iconSize: [26, 36], iconAnchor: [13, 35], popupAnchor: [0, -32], tooltipAnchor: [12, -22],
      html: '<svg viewBox="0 0 26 36" aria-hidden="true"><path d="M13 35C8 26 2 20 2 13a11 11 0 0 1 22 0c0 7-6 13-11 22z"'
        + ` fill="${/^[a-z]+$/.test(colour) ? colour : "#b4531a"}"/><circle cx="13" cy="13" r="4.5" fill="#fff"/></svg>`,
    });
  }

  /** Leaflet without images nor raw HTML. */
  function teach() {
    const update = L.DivOverlay.prototype._updateContent;
    L.DivOverlay.include({
      _updateContent() {
        if (typeof this._content === "string") this._content = wrapped(this._content);
        update.call(this);
        this._closeButton?.setAttribute("aria-label", "Fermer");
      },
    });
    const create = L.DivIcon.prototype.createIcon;
    L.DivIcon.include({
      createIcon(old) {
        const { html, className } = this.options;
        if (typeof html === "string" && className !== "cartable-repere") this.options.html = wrapped(html);
        return create.call(this, old);
      },
    });
    L.Marker.mergeOptions({ icon: pin("") });
    L.AwesomeMarkers = { icon: ({ markerColor }) => pin(markerColor === "cadetblue" ? "cadetblue" : markerColor) };
  }

  // --- labels --------------------------------------------------------------------------------------------------------

  const NAME_SIZE = 12, VALUE_SIZE = 11, LEADING = 13, SHIFTS = [0, -7, 7, -13, 13];
  const pencil = document.createElement("canvas").getContext("2d");

  /** Cuts a long name in two at the hyphen or space nearest to its middle. */
  function lines(name) {
    if (name.length < 13) return [name];
    const cuts = [...name].map((c, i) => ("- ".includes(c) ? i + 1 : 0)).filter((cut) => cut > 2 && cut < name.length - 2);
    if (!cuts.length) return [name];
    const cut = cuts.reduce((best, c) => (Math.abs(c - name.length / 2) < Math.abs(best - name.length / 2) ? c : best));
    return [name.slice(0, cut).trim(), name.slice(cut)];
  }

  /** Boxes already taken, by cells, so that thousands of labels are tried in a few milliseconds. */
  function board() {
    const cells = new Map();
    const each = ([x0, y0, x1, y1], action) => {
      for (let i = x0 >> 6; i <= x1 >> 6; i++) for (let j = y0 >> 6; j <= y1 >> 6; j++) {
        if (action(`${i},${j}`)) return true;
      }
      return false;
    };
    const hits = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    return {
      free: (box) => !each(box, (cell) => (cells.get(cell) ?? []).some((other) => hits(box, other))),
      take: (box) => each(box, (cell) => { cells.set(cell, [...(cells.get(cell) ?? []), box]); }),
    };
  }

  class Labels {
    constructor(map, communes, large, obstacles) {
      this.map = map;
      this.obstacles = obstacles;
      this.large = large;
      this.communes = [...communes].sort((a, b) => b.member - a.member || b.population - a.population);
      const pane = map.createPane("etiquettes");
      pane.classList.add("cartable-carte__etiquettes", "leaflet-zoom-hide");
      pane.setAttribute("aria-hidden", "true");
      this.svg = pane.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
      this.font = getComputedStyle(map.getContainer()).fontFamily;
      this.widths = new Map();
      this.homeZoom = map.getZoom();
    }

    measure(text, size) {
      const known = `${size} ${text}`;
      if (!this.widths.has(known)) {
        pencil.font = `600 ${size}px ${this.font}`;
        this.widths.set(known, pencil.measureText(text).width);
      }
      return this.widths.get(known);
    }

    /** Forgets the widths: the font of the page has arrived. */
    forget() {
      this.widths = new Map();
      this.soon();
    }

    /** Places the labels at the next frame, once, however many things have moved. */
    soon() {
      this.next ??= requestAnimationFrame(() => this.place());
    }

    /** Places names by population, where they hit nothing; then values under the names that have room. */
    place() {
      cancelAnimationFrame(this.next);
      this.next = undefined;
      const size = this.map.getSize();
      const corner = this.map.containerPointToLayerPoint([0, 0]);
      this.taken = board();
      for (const place of this.obstacles) {
        const { x, y } = this.map.latLngToContainerPoint(place);
        this.taken.take([x - 9, y - 9, x + 9, y + 9]);
      }
      const placed = [];
      for (const commune of this.communes.slice(0, this.share())) {
        const point = this.map.latLngToContainerPoint(commune.centre);
        if (point.x < 0 || point.y < 0 || point.x > size.x || point.y > size.y) continue;
        const label = this.name(commune, point, size);
        if (label) placed.push(label);
      }
      if (!this.large) for (const label of placed) this.value(label);
      this.draw(placed, corner, size);
    }

    /** Of a large map only the towns are named at first, then more and more as one comes closer. */
    share() {
      return this.large ? Math.round(40 * 4 ** Math.max(0, this.map.getZoom() - this.homeZoom)) : this.communes.length;
    }

    name(commune, point, size) {
      const words = lines(commune.name);
      const half = Math.max(...words.map((line) => this.measure(line, NAME_SIZE))) / 2 + (this.large ? 14 : 2);
      if (!this.large && !this.fits(commune, half)) return null;
      const height = words.length * LEADING + (this.large ? 16 : 1);
      for (const shift of this.obstacles.length ? [...SHIFTS, -18, 18, -24, 24] : SHIFTS) {
        const y = point.y + shift;
        const box = [point.x - half, y - height / 2, point.x + half, y + height / 2];
        if (box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y || !this.taken.free(box)) continue;
        this.taken.take(box);
        return { commune, words, x: point.x, y, box };
      }
      return null;
    }

    /** Whether a name goes with its commune and not with the next one: never twice as wide as its own ground. */
    fits(commune, half) {
      const bounds = commune.layer.getBounds();
      const west = this.map.latLngToContainerPoint(bounds.getNorthWest());
      const east = this.map.latLngToContainerPoint(bounds.getSouthEast());
      return half < 1.1 * (east.x - west.x) && east.y - west.y > NAME_SIZE;
    }

    value(label) {
      const text = label.commune.member ? label.commune.text : "";
      if (!text || text.length > 12) return;
      const half = this.measure(text, VALUE_SIZE) / 2 + 2;
      const box = [label.x - half, label.box[3] + 0.5, label.x + half, label.box[3] + LEADING];
      if (!this.taken.free(box)) return;
      this.taken.take(box);
      label.value = text;
    }

    draw(placed, corner, size) {
      L.DomUtil.setPosition(this.svg, corner);
      this.svg.setAttribute("width", size.x);
      this.svg.setAttribute("height", size.y);
      this.svg.replaceChildren(...placed.map((label) => this.text(label)));
    }

    text({ commune, words, x, y, value }) {
      const text = document.createElementNS(this.svg.namespaceURI, "text");
      text.setAttribute("class", commune.member ? "membre" : "voisine");
      const top = y - (words.length * LEADING) / 2 + NAME_SIZE - 2;
      [...words, ...(value ? [value] : [])].forEach((line, rank) => {
        const part = text.appendChild(document.createElementNS(this.svg.namespaceURI, "tspan"));
        part.setAttribute("x", x.toFixed(1));
        part.setAttribute("y", (top + rank * LEADING).toFixed(1));
        if (rank === words.length) part.setAttribute("class", "valeur");
        part.textContent = line;
      });
      return text;
    }
  }

  // --- one map -------------------------------------------------------------------------------------------------------

  class Chart {
    constructor(figure, extend) {
      this.figure = figure;
      this.box = figure.querySelector(".cartable-carte__plan");
      this.data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
      this.large = this.data.grande;
      this.build();
      this.extend(extend);
      this.listen();
      this.labels.place();
      requestAnimationFrame(() => requestAnimationFrame(() => { figure.dataset.peinte = "oui"; }));
    }

    /** Runs the scripts of the layers added with folium; they may frame the map otherwise. */
    extend(scripts) {
      const before = this.map.getBounds();
      this.map.setView = (centre, zoom, options) =>
        L.Map.prototype.setView.call(this.map, centre, zoom, { ...options, animate: false });
      scripts(L, $, this.map);
      delete this.map.setView;
      this.atHome = before.equals(this.map.getBounds());
      this.box.querySelector(".leaflet-control-layers-toggle")?.setAttribute("title", "Couches");
    }

    build() {
      this.box.replaceChildren();
      this.map = L.map(this.box, {
        attributionControl: false, zoomControl: false, trackResize: false, zoomSnap: 0.25,
        scrollWheelZoom: false, dragging: !matchMedia("(pointer: coarse)").matches, maxZoom: WORLD_ZOOM,
        fadeAnimation: !reduced(), zoomAnimation: !reduced(), markerZoomAnimation: !reduced(), inertia: !reduced(),
      });
      this.land = new Land(this.data);
      this.members = this.land.communes.filter((commune) => commune.member);
      this.bounds = L.latLngBounds(this.land.outline().flat());
      this.home();
      this.background();
      this.say(0);
      if (this.large) this.paintLarge();
      else this.paint();
      this.controls();
      this.cover();
      const places = this.over.lieu.map((marker) => marker.getLatLng());
      this.labels = new Labels(this.map, this.data.muette ? [] : this.land.communes, this.large, places);
      this.map.on("moveend resize", () => this.labels.soon());
    }

    background() {
      if (!this.data.fond) return;
      L.control.attribution({ prefix: false }).addTo(this.map);
      L.tileLayer(this.data.fond.url, { attribution: this.data.fond.credit, maxNativeZoom: 18 }).addTo(this.map);
      this.figure.classList.add("cartable-carte--fond");
    }

    paint() {
      const renderer = L.svg({ padding: 0.4 });
      const common = { renderer, smoothFactor: 0.4, fill: true, fillOpacity: 1 };
      const line = { renderer, smoothFactor: 0.4, interactive: false, fill: false };
      for (const commune of [...this.land.communes].sort((a, b) => a.member - b.member)) {
        const className = commune.member ? `cartable-commune teinte-${commune.shade}` : "cartable-voisine";
        const weight = commune.member ? 2 : 0.8;
        const fillColor = this.motif(commune.shade);
        commune.layer = L.polygon(this.land.rings(commune), { ...common, weight, className, fillColor }).addTo(this.map);
        this.explain(commune);
      }
      L.polyline(this.land.mesh(), { ...line, weight: 0.7, className: "cartable-maille" }).addTo(this.map);
      L.polyline(this.land.outline(), { ...line, weight: 2.4, className: "cartable-contour" }).addTo(this.map);
      this.halo = L.polyline([], { ...line, weight: 3, className: "cartable-survol" }).addTo(this.map);
      this.box.querySelector(".leaflet-overlay-pane svg").setAttribute("aria-hidden", "true");
    }

    /** The fill of a mark that has a pattern; the style sheet colours the others. */
    motif(shade) {
      return DRAWN.has(shade) ? `url(#${this.figure.id}-${shade})` : "#fff";
    }

    explain(commune) {
      if (this.data.muette) return;
      commune.layer.bindTooltip(() => this.tip(commune), { sticky: true, className: "cartable-bulle", opacity: 1 });
      commune.layer.on("mouseover", () => this.halo.setLatLngs(this.land.rings(commune).flat()).bringToFront());
      commune.layer.on("mouseout", () => this.halo.setLatLngs([]));
    }

    tip(commune) {
      const box = document.createElement("div");
      box.appendChild(document.createElement("strong")).textContent = commune.name;
      const value = commune.member ? commune.text : "commune voisine";
      box.appendChild(document.createElement("span")).textContent = value;
      return box;
    }

    paintLarge() {
      this.mosaic = mosaic(this.land, () => this.style ??= this.styleLarge()).addTo(this.map);
      this.mosaic.getPane().setAttribute("aria-hidden", "true");
      const line = { renderer: L.svg({ padding: 0.1 }), interactive: false, fill: false };
      this.halo = L.polyline([], { ...line, weight: 3, className: "cartable-survol" });
      const tip = L.tooltip({ className: "cartable-bulle", opacity: 1, direction: "right", offset: [12, 0] });
      if (this.data.muette) return;
      const leave = () => { this.hovered = null; tip.remove(); this.halo.remove(); };
      this.map.on("mousemove click", ({ latlng }) => {
        const commune = this.mosaic.find(latlng);
        if (!commune) return leave();
        tip.setLatLng(latlng);
        if (commune === this.hovered && this.map.hasLayer(tip)) return undefined;
        this.hovered = commune;
        this.halo.setLatLngs(this.land.rings(commune).flat()).addTo(this.map);
        return tip.setContent(this.tip(commune)).addTo(this.map);
      });
      this.map.on("mouseout", leave);
    }

    /** Colours of a canvas, which does not follow the style sheet; translucent ones do for any page, and for paper. */
    styleLarge() {
      const computed = getComputedStyle(this.figure);
      const groups = new Map();
      for (const commune of this.land.communes) {
        const shade = commune.member ? commune.shade : "voisine";
        if (!groups.has(shade)) groups.set(shade, []);
        groups.get(shade).push(commune);
      }
      const colour = (shade) => {
        if (shade === "voisine") return "rgb(138 153 157 / 16%)";
        const plain = computed.getPropertyValue(`--carte-${shade}`).trim();
        return DRAWN.has(shade) ? this.tile(shade, plain) : plain;
      };
      return {
        fills: [...groups].map(([shade, group]) => [colour(shade), group]),
        border: "rgb(29 42 51 / 32%)",
        ink: this.onPaper ? "#1d2a33" : computed.getPropertyValue("--carte-encre").trim(),
      };
    }

    /** Draws the canvas again, with other colours. */
    recolour() {
      this.style = null;
      this.mosaic._update();
    }

    // What is over the communes

    cover() {
      const { lieux: places = [], aires: areas = [], formes: shapes } = this.data;
      const renderer = this.large ? L.svg({ padding: 0.1 }) : this.map.getRenderer(this.halo);
      this.over = {
        aire: areas.map(([kind, polygons], i) => {
          const rings = polygons.map((polygon) => polygon.map((text) => pairs(decodeArc(text, [1e-5, 1e-5], [0, 0]))));
          return this.named(L.polygon(rings, { renderer, className: "cartable-aire", dashArray: DASHES[kind] }), "aire", i);
        }),
        lieu: places.map(([lat, lon, kind], i) => {
          const html = `<svg class="cartable-lieu" viewBox="-12 -12 24 24" aria-hidden="true"><path d="${shapes[kind]}"/></svg>`;
          const icon = L.divIcon({ className: "cartable-repere", html, iconSize: [20, 20], tooltipAnchor: [8, 0] });
          return this.named(L.marker([lat, lon], { icon, keyboard: false }), "lieu", i);
        }),
      };
    }

    /** Puts a thing on the map, with its name; its line in the list becomes a button that shows it. */
    named(layer, kind, rank) {
      const line = this.figure.querySelector(`li[data-${kind}="${rank}"] > span`);
      const tip = document.createElement("div");
      tip.textContent = line.textContent;
      layer.bindTooltip(tip, { className: "cartable-bulle", opacity: 1 }).addTo(this.map);
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: line.textContent });
      button.addEventListener("click", () => this.show(layer, button.parentNode.textContent));
      line.replaceWith(button);
      return layer;
    }

    show(layer, said) {
      for (const other of Object.values(this.over).flat()) other.closeTooltip();
      const close = Math.max(this.map.getZoom(), 12.5);
      if (layer.getLatLng) this.map.setView(layer.getLatLng(), close, { animate: false });
      else this.map.fitBounds(layer.getBounds(), { animate: false, maxZoom: 14, padding: [40, 40] });
      this.atHome = false;
      layer.openTooltip();
      this.figure.querySelector(".cartable-carte__montre").textContent = `Montré sur la carte : ${said}`;
    }

    controls() {
      L.control.zoom({ zoomInTitle: "Zoomer", zoomOutTitle: "Dézoomer" }).addTo(this.map);
      const recentre = L.control({ position: "topleft" });
      recentre.onAdd = () => {
        const bar = L.DomUtil.create("div", "leaflet-bar");
        const button = L.DomUtil.create("a", "cartable-recentrer", bar);
        Object.assign(button, { href: "#", title: "Revoir toute la carte", role: "button", textContent: "⤢" });
        button.setAttribute("aria-label", "Revoir toute la carte");
        L.DomEvent.on(button, "click", (event) => { L.DomEvent.stop(event); this.home(); });
        return bar;
      };
      recentre.addTo(this.map);
      L.control.scale({ imperial: false, maxWidth: 120 }).addTo(this.map);
    }

    // What can change

    /** Gives each commune its colour and its text. */
    say(rank) {
      const { teintes: shades, textes: texts } = this.data.couches[rank];
      this.members.forEach((commune, i) => Object.assign(commune, { text: texts[i], shade: shades[i] }));
    }

    choose(rank) {
      this.say(rank);
      if (this.large) this.recolour();
      else for (const commune of this.members) this.repaint(commune);
      for (const block of this.figure.querySelectorAll("[data-rang]")) block.hidden = Number(block.dataset.rang) !== rank;
      this.labels.place();
    }

    repaint({ layer, shade }) {
      const path = layer.getElement();
      path.setAttribute("class", path.getAttribute("class").replace(/teinte-\w/, `teinte-${shade}`));
      path.setAttribute("fill", this.motif(shade));
    }

    /** The patterns of the SVG, for a canvas: one direction, two for a secret, the other one below the reference. */
    tile(shade, ground) {
      const tile = Object.assign(document.createElement("canvas"), { width: 6, height: 6 });
      const pen = tile.getContext("2d"), missing = shade === "n" || shade === "s";
      pen.fillStyle = missing ? "#fff" : ground;
      pen.fillRect(0, 0, 6, 6);
      pen.strokeStyle = missing ? "#5d6b70" : shade === "c" ? "#7d4415" : "#fff";
      pen.lineWidth = missing ? 1.5 : 1;
      for (const x of [-6, 0, 6]) {
        if (missing) { pen.moveTo(x, 6); pen.lineTo(x + 6, 0); }
        if (shade !== "n") { pen.moveTo(x, 0); pen.lineTo(x + 6, 6); }
      }
      pen.stroke();
      return pen.createPattern(tile, "repeat");
    }

    home() {
      this.map.options.minZoom = 0;
      this.map.fitBounds(this.bounds, { padding: [14, 14], animate: false });
      this.map.options.minZoom = this.map.getZoom() - 1;
      this.atHome = true;
      if (this.labels) this.labels.homeZoom = this.map.getZoom();
    }

    resized() {
      const size = this.map.getSize(), same = size.x === this.box.clientWidth && size.y === this.box.clientHeight;
      if (same || !this.box.offsetWidth || this.onPaper) return;
      this.map.invalidateSize({ animate: false });
      if (this.atHome) this.home();
    }

    // What people do

    listen() {
      const active = () => this.figure.contains(document.activeElement) && this.box.contains(document.activeElement);
      this.box.addEventListener("wheel", (event) => {
        const wheel = this.map.scrollWheelZoom;
        (event.ctrlKey || event.metaKey || active()) ? wheel.enable() : wheel.disable();
      }, { capture: true, passive: true });
      // With a finger, the page scrolls until the map is touched once: nobody gets stuck in it.
      this.box.addEventListener("focusin", () => this.map.dragging.enable());
      this.map.on("zoomstart dragstart", () => { this.atHome = false; });
      this.figure.querySelector("select")?.addEventListener("change", (event) => this.switched(event.target));
      new ResizeObserver(() => this.resized()).observe(this.box);
      if (document.fonts?.status === "loading") document.fonts.ready.then(() => this.labels.forget());
      addEventListener("beforeprint", () => this.paper(true));
      addEventListener("afterprint", () => this.paper(false));
      matchMedia("print").addEventListener("change", (event) => this.paper(event.matches));
      this.follow();
    }

    switched(select) {
      this.choose(Number(select.value));
      const title = this.figure.querySelector("[data-rang]:not([hidden]) .cartable-carte__titre").textContent;
      this.figure.querySelector(".cartable-carte__annonce").textContent = title;
    }

    /** A canvas does not follow the style sheet: it is coloured again when the theme changes. */
    follow() {
      if (!this.large) return;
      const again = () => this.recolour();
      new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    }

    /** On paper the whole territory shows, whatever was on the screen. */
    paper(on) {
      if (on === Boolean(this.onPaper) || !this.box.offsetWidth) return;
      if (on) {
        this.onPaper = { centre: this.map.getCenter(), zoom: this.map.getZoom(), atHome: this.atHome };
        const nw = this.map.project(this.bounds.getNorthWest(), 10), se = this.map.project(this.bounds.getSouthEast(), 10);
        const height = Math.max(360, Math.min(620, (PAPER_WIDTH * (se.y - nw.y)) / (se.x - nw.x)));
        Object.assign(this.box.style, { width: `${PAPER_WIDTH}px`, maxWidth: "none", height: `${height}px` });
        this.redone();
        return;
      }
      const before = this.onPaper;
      this.onPaper = null;
      Object.assign(this.box.style, { width: "", maxWidth: "", height: "" });
      this.redone();
      if (!before.atHome) this.map.setView(before.centre, before.zoom, { animate: false });
      this.atHome = before.atHome;
    }

    /** Everything at once: a page about to be printed does not wait for the next frame. */
    redone() {
      this.map.invalidateSize({ animate: false });
      this.home();
      if (this.large) {
        this.mosaic.paper = Boolean(this.onPaper);
        this.recolour();
      }
      this.labels.place();
    }
  }

  // --- starting ------------------------------------------------------------------------------------------------------

  /** Waits until the figure has a size: it may be in a closed panel or in a hidden tab. */
  function whenSized(figure, action) {
    const box = figure.querySelector(".cartable-carte__plan");
    if (box.offsetWidth && box.offsetHeight) return action();
    const watch = new ResizeObserver(() => {
      if (!box.offsetWidth || !box.offsetHeight) return;
      watch.disconnect();
      action();
    });
    return watch.observe(box);
  }

  function start([id, extend]) {
    for (const figure of document.querySelectorAll(`figure[id="${id}"]:not([data-prise])`)) {
      figure.dataset.prise = "oui";
      whenSized(figure, () => new Chart(figure, extend));
    }
  }

  teach();
  const waiting = Array.isArray(window.cartableCartes) ? window.cartableCartes : [];
  window.cartableCartes = { push: start };
  const begin = () => waiting.forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
