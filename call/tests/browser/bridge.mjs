// Runs the page in a browser without a screen, and carries messages between it and this program's input and output:
// lines `relay …` and `report …` come out, what comes in is for the page.
//
//     node bridge.mjs CHROMIUM PREFERRED-CODEC
import { chromium } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const [executablePath, prefer] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--no-first-run', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    '--disable-features=WebRtcHideLocalIpsWithMdns', '--autoplay-policy=no-user-gesture-required',
    '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  ],
});
const page = await browser.newPage();
const body = await readFile(new URL('page.html', import.meta.url), 'utf8');
await page.route('http://localhost/**', route => route.fulfill({ contentType: 'text/html', body }));
const say = (kind, text) => process.stdout.write(`${kind} ${text}\n`);
await page.exposeFunction('toRelay', text => say('relay', text));
await page.exposeFunction('report', text => say('report', text));
page.on('pageerror', error => say('report', `error: ${error.message}`));
await page.goto('http://localhost/');
await page.evaluate(codec => window.start(codec), prefer);
say('ready', '');
const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  if (line === 'restart') await page.evaluate(() => window.restart());
  else await page.evaluate(text => window.fromRelay(text), line);
}
await browser.close();
