// Measures the page in a real Chromium on a campaign of many clusters that runs; `calico-fleet bench --page` starts it. Prints one line of JSON.
import { start } from './chromium.mjs';

const { PLANNER: planner, TOKEN: token, CAMPAIGN: campaign } = process.env;
const SECONDS = Number(process.env.SECONDS ?? 60);

const browser = await start('--enable-precise-memory-info');
const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
const page = await context.newPage();
page.setDefaultTimeout(120_000);
await page.addInitScript(() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      window.shifts += entry.hadRecentInput ? 0 : entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
});
// Once without counting, as whoever comes back has the files.
await page.goto(`${planner}/#token=${token}`);
await page.getByRole('heading', { level: 1 }).waitFor();
await page.goto(`${planner}/campaigns/${campaign}`);
await page.locator('a.tile').first().waitFor();
const paint = await page.evaluate(() => ({
  first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1,
  tiles: performance.now(),
}));

// What is seen of each cluster and when, against when the planner says that it became so.
await page.evaluate(() => {
  window.seen = [];
  new MutationObserver((changes) => {
    const at = Date.now();
    for (const { target } of changes) {
      if (target.dataset?.cluster !== undefined) {
        window.seen.push([target.dataset.cluster, target.className.replace('tile ', ''), at]);
      }
    }
  }).observe(document.querySelector('.tiles'), { subtree: true, attributes: true, attributeFilter: ['class'] });
});
const said = new Map();
let events = 0;
const stream = await fetch(`${planner}/api/v1/events?type=cluster.status&campaign=${campaign}`, {
  headers: { Authorization: `Bearer ${token}` },
});
const reading = (async () => {
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of stream.body) {
      const parts = (rest + decoder.decode(piece, { stream: true })).split('\n\n');
      rest = parts.pop();
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data:'));
        if (data !== undefined) {
          events++;
          const event = JSON.parse(data.slice(5));
          const key = `${event.data.cluster} ${event.data.phase}`;
          if (!said.has(key)) {
            said.set(key, Date.parse(event.time));
          }
        }
      }
    }
  } catch {
    // The browser's end ends it too.
  }
})();
await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));

const scroll = await page.evaluate(async () => {
  const frames = [];
  const end = performance.now() + 4000;
  let last = performance.now();
  await new Promise((resolve) => {
    const step = (now) => {
      frames.push(now - last);
      last = now;
      window.scrollBy(0, 40);
      if (now < end) {
        requestAnimationFrame(step);
      } else {
        resolve();
      }
    };
    requestAnimationFrame(step);
  });
  frames.shift();
  return { longest: Math.max(...frames), frames: frames.length, over50: frames.filter((frame) => frame > 50).length };
});
const devtools = await context.newCDPSession(page);
await devtools.send('HeapProfiler.collectGarbage');
const { usedSize } = await devtools.send('Runtime.getHeapUsage');
const { seen, shifts } = await page.evaluate(() => ({ seen: window.seen, shifts: window.shifts }));
const late = seen
  .map(([cluster, phase, at]) => at - (said.get(`${cluster} ${phase}`) ?? Number.NaN))
  .filter((millis) => millis >= 0)
  .sort((a, b) => a - b);
await browser.close();
const share = (part) => late[Math.min(late.length - 1, Math.floor(late.length * part))] ?? null;
console.log(
  JSON.stringify({
    firstPaintMillis: Math.round(paint.first),
    tilesMillis: Math.round(paint.tiles),
    eventsPerSecond: Math.round(events / SECONDS),
    changesSeen: late.length,
    eventToPixelMillis: { p50: share(0.5), p99: share(0.99) },
    scroll: { longestFrameMillis: Math.round(scroll.longest), frames: scroll.frames, over50Millis: scroll.over50 },
    layoutShift: Number(shifts.toFixed(3)),
    heapMegabytes: Math.round(usedSize / 1e6),
  }),
);
void reading;
process.exit(0);
