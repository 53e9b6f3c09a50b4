/* What a place opened at a point would change: the same rules as cartable.access, computed in the page.
   A plain script for file://, for a notebook and for Node; evaluated once per output in a notebook. */
(function (root) {
  "use strict";
  const EARTH_RADIUS_KM = 6371.0088;
  const DEGREE_KM = 111.195;
  const FELT_KM = 1;
  const NAMED = 6;
  const NBSP = "\u00a0", NNBSP = "\u202f";
  const radians = (degrees) => (degrees * Math.PI) / 180;

  // --- distances (access/distance.py, access/contours.py) --------------------------------------------------------------

  function haversine(latitude, longitude, otherLatitude, otherLongitude) {
    const phi = radians(latitude), other = radians(otherLatitude);
    const half = Math.sin((other - phi) / 2) ** 2
      + Math.cos(phi) * Math.cos(other) * Math.sin((radians(otherLongitude) - radians(longitude)) / 2) ** 2;
    return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, Math.max(0, half))));
  }

  /** Rings written as steps on a grid become longitudes and latitudes. */
  function decode(rings, [kx, ky], [dx, dy]) {
    return rings.map((steps) => {
      const points = [];
      let x = 0, y = 0;
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        points.push([x * kx + dx, y * ky + dy]);
      }
      return points;
    });
  }

  function* segments(rings) {
    for (const ring of rings) for (let i = 1; i < ring.length; i += 1) yield [ring[i - 1], ring[i]];
  }

  function contains(rings, latitude, longitude) {
    let inside = false;
    for (const [[x0, y0], [x1, y1]] of segments(rings)) {
      if (y0 > latitude !== y1 > latitude && longitude < x0 + ((latitude - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside;
    }
    return inside;
  }

  const around = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;

  /** The distances from a point to the nearest and to the farthest part of a contour, in km. */
  function bounds(rings, latitude, longitude) {
    const kx = Math.max(Math.cos(radians(latitude)), 1e-9) * DEGREE_KM;
    let near = Infinity, far = 0;
    for (const [[x0, y0], [x1, y1]] of segments(rings)) {
      const sx = around(x0 - longitude) * kx, sy = (y0 - latitude) * DEGREE_KM;
      const ax = around(x1 - longitude) * kx - sx, ay = (y1 - latitude) * DEGREE_KM - sy;
      const length = ax * ax + ay * ay;
      const share = Math.min(1, Math.max(0, -(sx * ax + sy * ay) / (length || 1)));
      const foot = haversine(latitude, longitude, (sy + share * ay) / DEGREE_KM + latitude, (sx + share * ax) / kx + longitude);
      near = Math.min(near, foot);
      far = Math.max(far, haversine(latitude, longitude, y0, x0));
    }
    return contains(rings, latitude, longitude) ? [0, far] : [near, far];
  }

  // --- an opening (access/survey.py) -------------------------------------------------------------------------------------

  /** Reads what Python wrote: in JSON, nothing stands for an infinite distance. */
  function read(data) {
    const far = (value) => (value === null ? Infinity : value);
    const communes = data.communes.map(([nom, habitants, latitude, longitude, distance, pres, loin, contour]) => ({
      nom, habitants, latitude, longitude,
      distance: latitude === null ? NaN : far(distance),
      pres: far(pres),
      loin: far(loin),
      contour: decode(contour, data.echelle, data.origine),
    }));
    return { communes, publique: data.publique, plafond: data.plafond };
  }

  function alone(commune, latitude, longitude) {
    const known = commune.latitude !== null;
    const distance = known ? haversine(latitude, longitude, commune.latitude, commune.longitude) : NaN;
    const [near, far] = commune.contour.length ? bounds(commune.contour, latitude, longitude) : [0, Infinity];
    return known ? [distance, Math.min(near, distance), Math.max(far, distance)] : [distance, near, far];
  }

  function opening(study, latitude, longitude, radius) {
    const gain = { low: 0, middle: 0, high: 0 }, gainers = [];
    let offset = Infinity;
    for (const commune of study.communes) {
      const [distance, near, far] = alone(commune, latitude, longitude);
      offset = Math.min(offset, near);
      if (commune.pres > radius && far <= radius) gain.low += commune.habitants;
      if (commune.distance > radius && distance <= radius) gain.middle += commune.habitants;
      if (commune.loin > radius && near <= radius) gain.high += commune.habitants;
      if (distance <= commune.distance - FELT_KM) {
        gainers.push({ nom: commune.nom, habitants: commune.habitants, avant: commune.distance, apres: distance });
      }
    }
    return { gain, gainers, offset };
  }

  // --- French (wording.py, access/reading.py) ----------------------------------------------------------------------------

  function number(value, decimals = 0) {
    const [whole, rest] = Math.abs(value).toFixed(decimals).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, NNBSP) + (rest ? `,${rest}` : "");
  }

  const plural = (count, one, several) => `${number(count)}${NBSP}${Math.abs(count) < 2 ? one : several || `${one}s`}`;

  function join(words) {
    return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} et ${words[words.length - 1]}`;
  }

  function kilometres(distance, ceiling, decimals = 1) {
    if (distance < 1) return `moins de 1${NBSP}km`;
    return distance === Infinity ? `plus de ${number(ceiling)}${NBSP}km` : `${number(distance, decimals)}${NBSP}km`;
  }

  const radiusText = (radius) => kilometres(radius, radius, Number.isInteger(radius) ? 0 : 1);

  function rangeText({ low, high }) {
    if (low === high) return plural(low, "personne");
    if (!low) return `jusqu’à ${plural(high, "personne")}`;
    return `entre ${number(low)} et ${plural(high, "personne")}`;
  }

  const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

  function gainText(gain, radius) {
    const within = `à moins de ${radiusText(radius)} d’un lieu, à vol d’oiseau`;
    if (!gain.high) {
      return `Personne de plus n’est à moins de ${radiusText(radius)}${NBSP}: ceux qui gagnent des kilomètres étaient déjà `
        + "près, ou restent loin.";
    }
    if (gain.low === gain.high) return `${plural(gain.low, "personne passe", "personnes passent")} ${within}.`;
    const verb = gain.high === 1 ? "passe" : "passent";
    return `${capital(rangeText(gain))} ${verb} ${within}${NBSP}: selon le point de chaque commune, ${number(gain.middle)}.`;
  }

  function gainersText(study, gainers) {
    const felt = ({ avant, apres }) => (avant === Infinity ? study.plafond : avant) - apres;
    const order = [...gainers].sort((a, b) => felt(b) - felt(a));
    const named = order.slice(0, NAMED).map(({ nom, avant, apres }) => (
      `${nom} (${kilometres(avant, study.plafond)}, puis ${kilometres(apres, study.plafond)})`));
    const start = gainers.length > NAMED ? "Celles qui gagnent le plus" : "À vol d’oiseau, avant puis après";
    return `${start}${NBSP}: ${join(named)}.`;
  }

  function sentences(study, { gain, gainers, offset }, radius) {
    const said = [];
    if (offset !== 0) {
      said.push(`Ce point est hors du territoire, à ${kilometres(offset, study.plafond)} de la commune la plus proche`
        + `${NBSP}: est-ce voulu${NNBSP}?`);
    }
    if (gainers.length) {
      const people = gainers.reduce((sum, { habitants }) => sum + habitants, 0);
      said.push(`Un lieu à cet endroit rapproche d’au moins 1${NBSP}km ${plural(gainers.length, "commune")}, où vivent `
        + `${plural(people, "personne")}.`);
      if (!study.publique) said.push(gainersText(study, gainers));
    } else said.push(`Un lieu à cet endroit ne rapproche aucune commune d’au moins 1${NBSP}km.`);
    said.push(gainText(gain, radius));
    said.push("Un arrêt de bus compte comme un lieu, mais seulement le jour et à l’heure de son passage.");
    return said;
  }

  function reading(data, latitude, longitude, radius) {
    const study = read(data);
    return sentences(study, opening(study, latitude, longitude, radius), radius);
  }

  // --- the page ------------------------------------------------------------------------------------------------------------

  class Trial {
    constructor(box) {
      this.box = box;
      this.form = box.querySelector("form");
      this.result = box.querySelector(".cartable-acces__resultat");
      this.study = read(JSON.parse(box.querySelector(":scope > script[type='application/json']").textContent));
      const { commune } = this.form.elements;
      if (commune) commune.addEventListener("change", () => this.takeCommune(commune.value));
      this.form.addEventListener("submit", (event) => { event.preventDefault(); this.open(); });
      this.form.addEventListener("reset", () => this.clear());
      this.form.elements.rayon.addEventListener("change", () => { if (this.result.childElementCount) this.open(); });
      box.addEventListener("cartable-point", ({ detail }) => {
        if (commune) commune.value = "";
        this.take(detail.latitude, detail.longitude);
      });
      this.form.hidden = false;
    }

    takeCommune(rank) {
      const commune = this.study.communes[rank];
      if (commune) this.take(commune.latitude, commune.longitude);
    }

    take(latitude, longitude) {
      this.form.elements.latitude.value = latitude.toFixed(4).replace(".", ",");
      this.form.elements.longitude.value = longitude.toFixed(4).replace(".", ",");
      this.open();
    }

    /** Reads a field, with a comma or a point; says what is wrong with it. */
    degrees(name, most) {
      const field = this.form.elements[name], text = field.value.trim().replace(",", ".").replace("\u2212", "-");
      const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
      const wrong = !(Math.abs(value) <= most);
      field.setAttribute("aria-invalid", String(wrong));
      return wrong ? null : value;
    }

    open() {
      const latitude = this.degrees("latitude", 90), longitude = this.degrees("longitude", 180);
      if (latitude === null || longitude === null) {
        this.say([`Donnez deux nombres${NBSP}: une latitude entre \u221290 et 90, une longitude entre \u2212180 et 180.`]);
        return;
      }
      const radius = Number(this.form.elements.rayon.value);
      this.say(sentences(this.study, opening(this.study, latitude, longitude, radius), radius));
      this.mark(latitude, longitude);
    }

    /** Puts sentences on the page as texts: a name stays a name. */
    say(texts) {
      const list = document.createElement("ul");
      for (const text of texts) list.append(Object.assign(document.createElement("li"), { textContent: text }));
      this.result.replaceChildren(list);
    }

    mark(latitude, longitude) {
      this.box.dispatchEvent(new CustomEvent("cartable-ouverture", { detail: { latitude, longitude } }));
    }

    clear() {
      this.result.replaceChildren();
      for (const name of ["latitude", "longitude"]) this.form.elements[name].removeAttribute("aria-invalid");
      this.box.dispatchEvent(new CustomEvent("cartable-ouverture", { detail: null }));
    }
  }

  function start(id) {
    for (const box of document.querySelectorAll(`.cartable-acces[id="${id}"]:not([data-pret])`)) {
      box.dataset.pret = "oui";
      new Trial(box);
    }
  }

  root.Cartable = root.Cartable || {};
  root.Cartable.acces = { haversine, bounds, reading };
  if (typeof document === "undefined") return;
  const waiting = Array.isArray(root.cartableAcces) ? root.cartableAcces : [];
  root.cartableAcces = { push: start };
  const begin = () => waiting.forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})(typeof window === "undefined" ? globalThis : window);
