// A SharedWorker: one stream of news for all windows of the preview. A browser has six connections
// to a host (HTTP/1.1), so with a stream for each window the seventh would never load.
"use strict";
const ports = new Set();
const events = new EventSource("events");
let last = null;

events.addEventListener("message", (message) => {
  last = message.data;
  for (const port of ports) port.postMessage(last);
});
// What was said before the connection broke is out of date: another preview may answer next.
events.addEventListener("error", () => {
  last = null;
});

self.addEventListener("connect", (event) => {
  const [port] = event.ports;
  ports.add(port);
  port.addEventListener("message", () => ports.delete(port)); // its window was closed
  port.start();
  if (last !== null) port.postMessage(last);
});
