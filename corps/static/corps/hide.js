"use strict";

// Takes what is shown once off the page when the reader leaves it, looks elsewhere or waits too long, so that neither
// "back" nor the list of open pages shows it again.
{
  const SHOWN_FOR = 2 * 60 * 1000;

  const hide = () => {
    document.querySelectorAll("[data-shown-once]").forEach((part) => part.remove());
    document.querySelectorAll("[data-after]").forEach((part) => { part.hidden = false; });
  };

  window.addEventListener("pagehide", hide);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") hide();
  });
  window.setTimeout(hide, SHOWN_FOR);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-hide]");
    if (!link) return;
    event.preventDefault();
    hide();
    window.location.replace(link.href);
  });
}
