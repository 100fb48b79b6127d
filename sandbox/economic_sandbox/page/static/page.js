"use strict";

// Without this script the forms still work, and the page shows what is new when it is loaded again.

const PERIOD = 1000; // milliseconds between two looks at the sandbox
const NOTICE_PERIOD = 10000; // what a notice tells is on the page too
const GONE = "The sandbox does not respond.";
const live = document.getElementById("live");
const notice = document.getElementById("notice");

/** Put the parts that have changed into this page; the forms stay as the user filled them in. */
function update(fresh) {
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(part.id);
    if (old.innerHTML === part.innerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceChildren(...part.childNodes);
    if (focused) {
      const again = document.getElementById(focused);
      (again ?? old.closest("section").querySelector("h2")).focus();
    }
  }
}

let forget;

function tell(text) {
  notice.textContent = text;
  clearTimeout(forget);
  if (text !== GONE) forget = setTimeout(tell, NOTICE_PERIOD, "");
}

async function load(url, options) {
  const response = await fetch(url, options);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const fresh = await load(form.action, { method: "POST", body });
    tell(fresh.getElementById("notice").textContent);
    update(fresh);
  } catch {
    tell(GONE);
  }
}

async function look() {
  if (live.checked && !document.hidden) {
    try {
      update(await load("/"));
      if (notice.textContent === GONE) tell("");
    } catch {
      if (notice.textContent !== GONE) tell(GONE);
    }
  }
  setTimeout(look, PERIOD);
}

document.addEventListener("submit", submit);
setTimeout(look, PERIOD);
