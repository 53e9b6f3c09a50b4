// The attempts of a trainee, kept by the page: one entry per exercise, so that two open notebooks never erase each other.
const PREFIX = "cartable-exercice:";
const CODE = "cartable-code";
const FILE = "mes-exercices.json";

function entries() {
  const found = {};
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      found[key.slice(PREFIX.length)] = JSON.parse(localStorage.getItem(key));
    }
  } catch {
    return {};
  }
  return found;
}

function code() {
  try {
    return localStorage.getItem(CODE) || "";
  } catch {
    return "";
  }
}

// What the kernel knows, and what the page kept beside it.
function whole(model) {
  const file = JSON.parse(model.get("contenu"));
  const kept = model.get("garde") ? entries() : {};
  return JSON.stringify({ ...file, exercices: { ...kept, ...file.exercices } }, null, 1);
}

function keep(model) {
  const key = PREFIX + model.get("exercice");
  const attempt = JSON.parse(model.get("contenu")).exercices[model.get("exercice")];
  try {
    localStorage.setItem(CODE, JSON.parse(model.get("contenu")).code);
    if (attempt) {
      localStorage.setItem(key, JSON.stringify(attempt));
    } else {
      localStorage.removeItem(key);
    }
  } catch {
    model.set("plein", true);
    model.save_changes();
  }
}

function download(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = FILE;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export default {
  initialize({ model }) {
    if (!model.get("garde")) {
      return undefined;
    }
    const found = entries();
    if (Object.keys(found).length) {
      const file = JSON.parse(model.get("contenu"));
      model.set("retrouve", JSON.stringify({ ...file, code: code() || file.code, exercices: found }));
      model.save_changes();
    }
    const changed = () => keep(model);
    model.on("change:contenu", changed);
    return () => model.off("change:contenu", changed);
  },
  render({ model, el }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cartable-garder";
    button.textContent = "Garder une copie de mes essais";
    button.addEventListener("click", () => download(whole(model)));
    const said = document.createElement("span");
    said.className = "cartable-garder-dit";
    said.textContent = model.get("explication");
    el.append(button, said);
  },
};
