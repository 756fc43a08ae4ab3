"use strict";

// Leaves at once, and takes the page out of the browser's history so that "back" does not return to it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.quick-leave");
  if (!link) return;
  event.preventDefault();
  document.documentElement.hidden = true;
  window.location.replace(link.href);
});
