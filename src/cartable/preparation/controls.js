/* JupyterLab takes simple keys for its own commands even when a list or a button of ours has the focus (an arrow leaves
   it, « 0 0 » restarts the kernel): those keys stay with the control. Ctrl, Alt and Cmd go on working as usual. */
(function () {
  "use strict";
  if (window.cartableTouches) return;
  window.cartableTouches = true;
  window.addEventListener("keydown", (event) => {
    const control = event.target;
    if (!(control instanceof Element) || !control.parentElement?.closest(".jp-OutputArea-output")) return;
    // JupyterLab looks for this mark from the control upwards, and stops at the first selector that matches.
    control.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.altKey || event.metaKey));
  }, true);
})();
