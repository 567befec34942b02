// The desk's reports: counts that follow what comes in, and a sign for an urgent one. Every page works without this file.

const KEPT = "reports-sound";
const live = document.querySelector("[data-reports]");

function kept() {
  try {
    return localStorage.getItem(KEPT) === "on";
  } catch {
    return false; // a browser that keeps nothing
  }
}

function keep(isOn) {
  try {
    localStorage.setItem(KEPT, isOn ? "on" : "off");
  } catch {
    // it is asked again on the next page
  }
}

let audio;

/** Two short tones. Browsers play them only after the reader pressed something on the page. */
function ring() {
  audio ??= new AudioContext();
  [0, 0.25].forEach((after) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = 880;
    volume.gain.value = 0.2;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + after);
    tone.stop(audio.currentTime + after + 0.15);
  });
}

function follow() {
  const banner = live.querySelector("[data-reports-banner]");
  const words = live.querySelector("[data-reports-words]");
  // Who only looks on is not called.
  const sound = live.querySelector("[data-reports-sound]");
  const box = sound?.querySelector("input");
  if (box) {
    sound.hidden = false;
    box.checked = kept();
    box.addEventListener("change", () => {
      keep(box.checked);
      if (box.checked) ring();
    });
  }
  let urgent = Number(live.dataset.urgent);
  const source = new EventSource(live.dataset.reports);
  source.addEventListener("message", (event) => {
    const counts = JSON.parse(event.data);
    for (const place of document.querySelectorAll("[data-reports-open]")) place.textContent = String(counts.open);
    for (const place of document.querySelectorAll("[data-reports-urgent]")) {
      place.hidden = counts.urgent === 0;
      place.textContent = place.textContent.replace(/\S+/, String(counts.urgent));
    }
    if (counts.urgent > urgent) {
      words.textContent = live.dataset.one;
      banner.hidden = false;
      if (box?.checked) ring();
    }
    urgent = counts.urgent;
  });
  addEventListener("pagehide", () => source.close());
}

if (live && "EventSource" in window) follow();
