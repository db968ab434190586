// The door of the page's scripts: each module has one job and looks for its own attributes.
import "./requests.js";
import "./theme.js";
import "./dialogs.js";
import "./menus.js";
import "./faults.js";
import "./unsaved.js";
import "./once.js";
import "./signed_out.js";
import "./signout.js";
import "./steppers.js";
import "./dates.js";
import "./login.js";
import "./search.js";
import "./picker.js";
import "./waiting.js";
import "./shell.js";

// The outbox sends from every page; no page waits for it.
import("./unsent.js");
if (document.querySelector("[data-missing-list]")) import("./missing.js");
