"use strict";

// When a part of a page could not be fetched, load the whole page: it says what is the matter.
document.addEventListener("htmx:responseError", () => window.location.reload());
document.addEventListener("htmx:sendError", () => window.location.reload());
