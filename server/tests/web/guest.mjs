// A guest with a browser: follows a link, signs up, books, and cancels; somebody else who has the page open sees it at
// once. Prints what it saw; whatever is otherwise ends it.
//
//     node guest.mjs CHROMIUM LINK
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [executablePath, link] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--no-first-run',
  ],
});
const errors = [];
const visit = async (options = {}) => {
  const context = await browser.newContext({ timezoneId: 'America/New_York', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  return page;
};
const times = page => page.locator('.slots a').allTextContents();

const other = await visit({ viewport: { width: 320, height: 640 } });
await other.goto(link);
assert.deepEqual(await times(other), ['09:00–10:00', '10:00–11:00', '11:00–12:00']);
const wide = await other.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
assert.equal(wide, false, 'it fits a narrow screen');
await other.getByText('Show times in America/New_York').click();
assert.deepEqual(await times(other), ['03:00–04:00', '04:00–05:00', '05:00–06:00']);
// It is the same page from here on: a loaded one would have lost this.
await other.evaluate(() => { window.kept = true; });

const page = await visit();
await page.goto(link);
await page.locator('.slots a', { hasText: '10:00–11:00' }).click();
await page.getByRole('link', { name: 'Sign up' }).click();
assert.equal(await page.getByLabel('Time zone').inputValue(), 'America/New_York');
await page.getByLabel('Username').fill('bob');
await page.getByLabel('Mail address').fill('bob@example.org');
await page.getByLabel('Password').fill('correct horse');
await page.keyboard.press('Enter');
await page.getByLabel('What is it about?').fill('The <b>garden</b> & "more"');
await page.getByLabel('Note').fill('Bringing cake.\nAnd tea.');
await page.getByRole('button', { name: 'Book this time' }).click();
await page.getByText('confirmed').waitFor();
assert.equal(await page.getByText('The <b>garden</b> & "more"').count(), 1);
console.log('booked', new URL(page.url()).pathname);

await other.waitForFunction(() => document.querySelectorAll('.slots a').length === 2);
assert.deepEqual(await times(other), ['03:00–04:00', '05:00–06:00']);
assert.equal(await other.evaluate(() => window.kept), true);

await page.getByText('Cancel this booking').click();
await page.getByRole('button', { name: 'Cancel it' }).click();
await page.getByText('cancelled').waitFor();
await other.waitForFunction(() => document.querySelectorAll('.slots a').length === 3);
assert.equal(await other.evaluate(() => window.kept), true);
await page.getByRole('button', { name: 'Log out' }).click();
await page.getByRole('heading', { name: 'Log in' }).waitFor();

assert.deepEqual(errors, []);
await browser.close();
console.log('done');
