// Drives the page in a real Chromium against a real planner and says of each check whether it held, a line each; PageIT starts it.
// What only the outside can do it asks for: "@kill planner" on its output is answered by a line on its input when it is done.
import { Buffer } from 'node:buffer';
import { mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { start } from './chromium.mjs';

const planner = process.env.PLANNER;
const tokens = JSON.parse(process.env.TOKENS);
const shots = process.env.SHOTS;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE = Number(process.env.PATIENCE ?? 120_000);
/** What a picture for the docs may have. */
const MOST_PICTURE_BYTES = 150_000;
const HOSTILE = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> \u202Egnirts lortnoc\u202C ${'long'.repeat(200)}`;

let failed = 0;
let held = 0;
async function check(sentence, body) {
  try {
    await body();
    held++;
    console.log(`ok     ${sentence}`);
  } catch (error) {
    failed++;
    console.log(
      `NOT OK ${sentence}\n       ${String(error.stack ?? error)
        .replaceAll('\n', '\n       ')
        .slice(0, 3000)}`,
    );
  }
}

function assert(holds, message) {
  if (!holds) {
    throw new Error(message);
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function outside(request) {
  console.log(`@${request}`);
  const { value, done } = await lines.next();
  assert(!done && value.startsWith('done'), `the outside answers ${value}`);
  return value.slice('done '.length);
}

const browser = await start();

/** What the browser itself finds wrong with any page of this run. */
const complaints = [];

async function open(who, path = '/', { site = planner, init = '', ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...options,
  });
  await context.addInitScript(init);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    // That a request was refused or not answered is said in the page; the browser says it as well.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) {
      complaints.push(text);
    }
  });
  if (who !== null) {
    await page.goto(`${site}${path}#token=${tokens[who]}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  return page;
}

async function rest(who, path, init = {}) {
  const answer = await fetch(`${planner}/api/v1${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${tokens[who]}`, 'Content-Type': 'application/json', ...init.headers },
  });
  return { status: answer.status, body: await answer.json() };
}

async function until(what, holds) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    if (await holds()) {
      return;
    }
    assert(Date.now() < end, `not within ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function theme(page, name) {
  await page.getByLabel('Theme').selectOption(name);
}

async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 3)
      .map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 300) ?? ''}`),
  );
}

async function accessible(page, name) {
  await check(`${name}: axe finds nothing in the light, dark and high contrast themes`, async () => {
    for (const each of ['light', 'dark', 'contrast']) {
      await theme(page, each);
      const found = await findings(page);
      assert(found.length === 0, `${each}: ${found.join('\n')}`);
    }
    await theme(page, 'light');
  });
  await check(`${name}: nothing goes beyond a screen of 320 pixels`, async () => {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.setViewportSize(size);
    assert(wide <= 320, `it is ${wide} pixels wide`);
  });
}

/** What others wrote has not become a part of the page, nor wider than the screen. */
async function harmless(page) {
  assert((await page.evaluate(() => window.hacked)) === undefined, 'it ran');
  assert((await page.locator('img[src="x"]').count()) === 0, 'it is an image');
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.setViewportSize(size);
  assert(wide <= 320, `it makes the page ${wide} pixels wide`);
}

async function picture(page, name) {
  if (shots === undefined) {
    return;
  }
  mkdirSync(shots, { recursive: true });
  const path = `${shots}/${name}.png`;
  await page.screenshot({ path });
  await check(`the picture ${name} is small enough for the docs`, () =>
    assert(statSync(path).size < MOST_PICTURE_BYTES, `${statSync(path).size} bytes`),
  );
}

const NAME = 'from-the-page';
const FILE = `apiVersion: calico-fleet/v1
kind: Campaign
name: ${NAME}
target: v3.22.5
clusters: {names: [c01, c02, c03, c12]}
waves:
  - {name: first, clusters: {names: [c01, c02, c12]}, minSucceeded: 1}
  - {name: rest, approval: true}
maxConcurrent: 3
failureBudget: {maxFailures: 3}
gates:
  pods: {deadline: PT45S}
  hostEndpointTraffic: {mode: required, observe: PT5S}
`;

/** The executor's file has a rule for c04: without a passkey it begins no step there. */
const SIGNED = {
  apiVersion: 'calico-fleet/v1',
  kind: 'Campaign',
  name: 'signed',
  target: 'v3.22.5',
  clusters: { names: ['c04'] },
  waves: [{ name: 'all', approval: { passkey: 'required' } }],
};

const phaseOf = async (cluster) => (await rest('ada', `/campaigns/${NAME}/clusters/${cluster}`)).body;
const path = (cluster) => `/campaigns/${NAME}/clusters/${cluster}`;

try {
  await check('nobody is let in with a token that the planner does not know', async () => {
    const page = await open(null);
    await page.goto(planner);
    await page.getByText('Log in with a token').click();
    await page.getByLabel('Token').fill('cft_nobody-has-this-token-at-all-nobody');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByText('The planner does not know this token.').waitFor();
    const found = await findings(page);
    assert(found.length === 0, found.join('\n'));
    await page.getByLabel('Token').fill(tokens.ada);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    await page.context().close();
  });

  const tokenOf = (page) => page.evaluate(() => window.sessionStorage.getItem('calico-fleet-token'));
  const atProvider = async (page) => {
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill('secret');
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await check('a person logs in at the provider, and comes back to where they wanted to be', async () => {
    await outside('logins 35 3600');
    const page = await open(null);
    await page.goto(`${planner}/fleet?q=c0`);
    await page.getByRole('button', { name: /^Log in at 127/ }).waitFor();
    const found = await findings(page);
    assert(found.length === 0, found.join('\n'));
    await page.getByRole('button', { name: /^Log in at 127/ }).click();
    await atProvider(page);
    await page.getByText('9 clusters').waitFor();
    assert(page.url() === `${planner}/fleet?q=c0`, page.url());
    await page.locator('.me', { hasText: 'ada' }).waitFor();
    assert((await page.evaluate(() => document.cookie)) === '', 'there is a cookie');
    // Such a token is had anew half a minute before its end, and nobody is asked.
    const first = await tokenOf(page);
    await until('the token is had anew', async () => ![first, null].includes(await tokenOf(page)));
    await page.getByText('9 clusters').waitFor();
    await page.context().close();
  });
  await check('a login that has ended is had again at the place where one was', async () => {
    await outside('logins 5 5');
    const page = await open(null);
    await page.goto(`${planner}/fleet?q=c1`);
    await page.getByRole('button', { name: /^Log in at 127/ }).click();
    await atProvider(page);
    await page.getByText('Your login has ended. Log in again.').waitFor();
    assert((await tokenOf(page)) === null, 'the token is still there');
    await outside('logins 3600 3600');
    await page.getByRole('button', { name: /^Log in at 127/ }).click();
    await page.getByText('3 clusters').waitFor();
    assert(page.url() === `${planner}/fleet?q=c1`, page.url());
    await page.getByRole('button', { name: 'Log out' }).click();
    assert((await tokenOf(page)) === null, 'the token is still there');
    await page.context().close();
  });
  await check('an answer of the provider that this tab did not ask for is not believed', async () => {
    const page = await open(null);
    await page.goto(`${planner}/login?code=of-somebody-else&state=guessed`);
    await page.getByText('This tab has not asked for a login. Log in here.').waitFor();
    assert(page.url() === `${planner}/`, page.url());
    await page.context().close();
  });

  const ada = await open('ada');
  await check('the token leaves the address at once, and there is no cookie', async () => {
    assert(!ada.url().includes('token'), ada.url());
    assert((await ada.context().cookies()).length === 0, 'there is a cookie');
    assert((await ada.evaluate(() => document.cookie)) === '', 'there is a cookie');
  });
  await check('an empty inbox says so', () => ada.getByText('Nothing waits for you').waitFor());
  await check('it is live', () => ada.getByText('live', { exact: true }).waitFor());
  await accessible(ada, 'inbox, empty');

  await check('the keyboard goes everywhere, and ? says how', async () => {
    await ada.keyboard.press('g');
    await ada.keyboard.press('f');
    await ada.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    await ada.keyboard.press('?');
    const dialog = ada.getByRole('dialog', { name: 'Keys' });
    await dialog.waitFor();
    const found = await findings(ada);
    assert(found.length === 0, found.join('\n'));
    await ada.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
  await check('the fleet has each cluster and is searched', async () => {
    await ada.getByText('c12', { exact: true }).waitFor();
    await until('the search has the focus', async () => {
      await ada.keyboard.press('/');
      return ada.evaluate(() => document.activeElement?.getAttribute('type') === 'search');
    });
    await ada.getByRole('searchbox').fill('c0');
    await ada.getByText('9 clusters').waitFor();
    assert(ada.url().includes('q=c0'), ada.url());
  });
  await accessible(ada, 'fleet');
  await check('a hostile label is text in the fleet, on any screen', async () => {
    await outside(`label c03 team ${HOSTILE}`);
    await until('it is announced', async () =>
      (await rest('ada', '/clusters')).body.some(({ labels }) => labels?.team === HOSTILE),
    );
    await ada.goto(`${planner}/fleet?q=hacked`);
    await ada.getByText('<script>window.hacked=1</script>').first().waitFor();
    await harmless(ada);
  });

  await check('a wrong campaign file is answered with what is wrong, where, and what would be right', async () => {
    await ada.getByRole('link', { name: 'Plan' }).click();
    await ada.getByLabel('Campaign file').fill(FILE.replace('maxConcurrent', 'maxConcurent'));
    await ada.getByRole('button', { name: 'Plan it' }).click();
    await ada.getByText('Did you mean maxConcurrent?').waitFor();
  });
  await check('the editor marks what is wrong as it is written, and F8 goes there and says it', async () => {
    const editor = ada.getByLabel('Campaign file');
    await editor.fill(FILE.replace('{mode: required', '{mode: requird'));
    await ada.locator('.cm-lintRange-error', { hasText: 'requird' }).waitFor();
    await editor.press('F8');
    await ada.locator('.cm-tooltip-lint', { hasText: 'mode is one of required, advisory, off.' }).waitFor();
    await ada.locator('.cm-announced', { hasText: 'mode is one of required, advisory, off.' }).waitFor();
    const found = await findings(ada);
    assert(found.length === 0, found.join('\n'));
  });
  await check('the editor says what can be written at a place, with what it means', async () => {
    const editor = ada.getByLabel('Campaign file');
    await editor.fill('gates:\n  pods: {');
    await editor.press('Control+Space');
    await ada.getByRole('option', { name: /^deadline/ }).waitFor();
    await ada.getByText('How long the cluster may be seen without settled pods').waitFor();
    const found = await findings(ada);
    assert(found.length === 0, found.join('\n'));
    await editor.press('Enter');
    await until('it is written', async () => (await editor.innerText()).includes('pods: {deadline: '));
    await editor.press('Tab');
    const inside = await editor.evaluate((element) => element.getRootNode().activeElement === element);
    assert(!inside, 'the keyboard does not get out of the editor');
  });
  await ada.getByLabel('Campaign file').fill(FILE.replace('maxConcurrent', 'maxConcurent'));
  await accessible(ada, 'plan, with a wrong file');
  await check('a plan is made, and shows each field that would be written', async () => {
    await ada.getByLabel('Campaign file').fill(FILE.replace(NAME, 'a-plan'));
    await ada.getByRole('button', { name: 'Plan it' }).click();
    await ada.getByRole('heading', { level: 1, name: /^Plan plan-a-plan/ }).waitFor();
    const plan = new URL(ada.url()).pathname.split('/').at(-1);
    await until('the plan is made', async () =>
      (await rest('ada', `/plans/${plan}`)).body.clusters?.some((each) => each.plan !== undefined),
    );
    await ada
      .getByText(/object/)
      .first()
      .waitFor();
    await ada.locator('details.planned', { hasText: 'object' }).first().locator('summary').click();
    await ada.getByRole('columnheader', { name: 'Then' }).first().waitFor();
    await ada.getByText('Compare, line by line').first().click();
    await ada
      .getByRole('textbox', { name: /^What changes in / })
      .first()
      .waitFor();
  });
  await accessible(ada, 'plan');

  await check('a campaign is started from its file', async () => {
    await ada.getByRole('link', { name: 'Plan', exact: true }).first().click();
    await ada.getByLabel('Campaign file').fill(FILE);
    await ada.getByRole('button', { name: 'Start it' }).click();
    await ada.getByRole('button', { name: 'Start', exact: true }).click();
    await ada.getByRole('heading', { level: 1, name: NAME }).waitFor();
    await ada.getByRole('link', { name: /^c03: pending/ }).waitFor();
  });
  await check('a hostile label groups the tiles as text', async () => {
    await ada.getByLabel('Group by label').selectOption('team');
    await ada.getByRole('heading', { name: /window\.hacked/ }).waitFor();
    await harmless(ada);
    await ada.getByLabel('Group by label').selectOption('');
  });
  await check('the time line has each wave', async () => {
    const line = ada.getByRole('region', { name: 'Time line' });
    await line.getByText('Wave first', { exact: true }).waitFor();
    await line.getByText(/^since /).waitFor();
    const { status, body } = await rest('ada', `/campaigns/${NAME}/outlook`);
    assert(status === 200 && Date.parse(body.until) > Date.now(), JSON.stringify(body));
  });
  await check('arrows go from tile to tile', async () => {
    await ada.getByRole('link', { name: /^c01:/ }).focus();
    await ada.keyboard.press('ArrowRight');
    await until('the next tile has the focus', () =>
      ada.evaluate(() => document.activeElement?.getAttribute('data-cluster') === 'c02'),
    );
    await ada.keyboard.press('ArrowDown');
    await until('the tile of the next wave has the focus', () =>
      ada.evaluate(() => document.activeElement?.getAttribute('data-cluster') === 'c03'),
    );
  });

  await check('what waits comes into the inbox by itself, with what ends it', async () => {
    await ada.getByRole('link', { name: 'Inbox' }).click();
    await ada.locator('[data-rule="customisation-conflicts"]').getByText('What ends it').waitFor();
    await ada.locator('[data-rule="traffic-review"]').getByText('What ends it').waitFor();
    const rules = await ada.locator('[data-rule]').evaluateAll((cards) => cards.map((card) => card.dataset.rule));
    // A plan has the same conflict, and holds up nobody.
    assert((await ada.getByRole('link', { name: /^plan-a-plan/ }).count()) === 0, 'a plan waits');
    assert(rules.indexOf('traffic-review') < rules.indexOf('customisation-conflicts'), rules.join());
  });
  await accessible(ada, 'inbox');
  await picture(ada, 'page-inbox');

  await check('whoever may only look is offered nothing to press, and is refused', async () => {
    const bob = await open('bob', path('c12'));
    await bob.getByText('Who may approve in this campaign decides.').waitFor();
    for (const name of ['Stop everything', 'Decide', 'Retry', 'Skip', 'Approve', 'Abort']) {
      assert((await bob.getByRole('button', { name }).count()) === 0, name);
    }
    await bob.goto(`${planner}/plan`);
    await bob.getByText('Not allowed').waitFor();
    assert((await bob.getByRole('button', { name: 'Start it' }).count()) === 0, 'Start it');
    const refused = await rest('bob', `/campaigns/${NAME}/pause`, { method: 'POST', body: '{}' });
    assert(refused.status === 403, `${refused.status}`);
    await bob.context().close();
  });

  await check('a conflict is decided with its three values in sight', async () => {
    await ada.goto(`${planner}${path('c12')}`);
    await ada.getByText('The installed release said').first().waitFor();
    const fields = ada.locator('fieldset.conflict');
    await fields.first().getByText('Compare, line by line').click();
    await fields
      .first()
      .getByRole('textbox', { name: /the installed release and the cluster$/ })
      .waitFor();
    for (let at = 0; at < (await fields.count()); at++) {
      await fields.nth(at).getByRole('radio').first().check();
    }
    const took = await fields
      .first()
      .getByRole('radio')
      .first()
      .evaluate((radio) => radio.parentElement.textContent);
    await fields
      .first()
      .getByLabel('Before')
      .selectOption(took.includes('release') ? 'target' : 'mine');
    await fields.first().getByLabel('After').selectOption('result');
    await fields.first().getByText('Both are the same.').waitFor();
    await fields.first().getByLabel('Before').selectOption('base');
    const compared = fields.first().getByRole('textbox', { name: /the installed release and the result$/ });
    await compared.waitFor();
    const styled = await compared.evaluate((text) => getComputedStyle(text.closest('.cm-editor')).display);
    assert(styled === 'flex', `the difference has no style: ${styled}`);
  });
  await accessible(ada, 'cluster with conflicts');
  await picture(ada, 'page-conflict');
  await check('the decision is taken, and the cluster goes on', async () => {
    await ada.getByRole('button', { name: 'Decide' }).click();
    await ada.getByRole('dialog').getByLabel('Reason').fill('it was set on purpose');
    await ada.getByRole('dialog').getByRole('button', { name: 'Decide' }).click();
    await until('c12 goes on', async () => (await phaseOf('c12')).holdReason !== 'customisation-conflicts');
    await ada.locator('fieldset.conflict').first().waitFor({ state: 'hidden' });
  });

  await check('the traffic is shown with who was not heard', async () => {
    await ada.goto(`${planner}${path('c01')}`);
    await ada.getByRole('heading', { name: 'Traffic review' }).waitFor();
    await ada.getByRole('region', { name: 'Coverage' }).waitFor();
  });
  await check('what was seen of the pods is drawn over time', async () => {
    await ada.getByText('Evidence over time').click();
    await ada.getByRole('img', { name: /^3 of 3 pods of calico-node are ready/ }).waitFor();
    await ada.getByRole('img', { name: '3 nodes with v3.22.5' }).waitFor();
    await ada.getByText('As a table').click();
    await ada
      .getByRole('cell', { name: /3 v3\.22\.5/ })
      .first()
      .waitFor();
  });
  await accessible(ada, 'traffic review');
  await picture(ada, 'page-review');
  await check('what an edited policy would cut is told while it is edited, and nothing is written', async () => {
    const suggested = await ada.getByLabel('Suggested policy').inputValue();
    await ada.getByLabel('Suggested policy').fill(suggested.replace(/^ {2}egress:[^]*/m, '  egress: []\n'));
    await ada.getByText('It does not let through all of').waitFor();
    await ada
      .getByText(/^egress /)
      .first()
      .waitFor();
    const found = await findings(ada);
    assert(found.length === 0, found.join('\n'));
    await ada.getByLabel('Suggested policy').fill('spec: [');
    await ada.getByText(/^The policy cannot be read: /).waitFor();
    await ada.getByRole('button', { name: 'Take the suggested one again' }).click();
    await ada.getByText(/^The policy cannot be read: /).waitFor({ state: 'hidden' });
    assert((await phaseOf('c01')).holdReason === 'traffic-review', 'it does not wait any more');
  });
  await check('the traffic is approved with its digest, and the cluster goes on', async () => {
    await ada.getByRole('button', { name: 'Approve this traffic' }).click();
    const before = (await phaseOf('c01')).review.digest;
    await ada.getByRole('dialog').getByText(`digest ${before}`).waitFor();
    await ada.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await until('c01 is done', async () => (await phaseOf('c01')).phase === 'succeeded');
  });

  await check('a failed gate is open with its evidence', async () => {
    await ada.goto(planner);
    await ada.locator('[data-rule="gate-failed"]').getByRole('link', { name: 'c12' }).click();
    const gate = ada.locator('.gate', { hasText: 'failed' }).first();
    await gate.waitFor();
    await gate
      .getByText(/c12-node/)
      .first()
      .waitFor();
  });
  await accessible(ada, 'cluster with a failed gate');
  await check('hostile text is text', async () => {
    await ada.getByRole('button', { name: `Skip c12 in ${NAME}` }).click();
    await ada.getByRole('dialog').getByLabel('Reason').fill(HOSTILE);
    await ada.getByRole('dialog').getByRole('button', { name: 'Skip' }).click();
    await until('c12 is skipped', async () => (await phaseOf('c12')).phase === 'skipped');
    await ada.getByText('What happened').click();
    await ada.getByText('<script>window.hacked=1</script>').first().waitFor();
    await harmless(ada);
  });

  await check('two approve at once, and one is told', async () => {
    await until(
      'the wave waits',
      async () => (await rest('ada', `/campaigns/${NAME}`)).body.phase === 'awaiting-approval',
    );
    const carol = await open('carol', `/campaigns/${NAME}`);
    await ada.goto(`${planner}/campaigns/${NAME}`);
    for (const page of [ada, carol]) {
      await page
        .getByRole('button', { name: `Approve ${NAME}` })
        .first()
        .click();
      await page.getByRole('dialog').getByText('wave rest starts, with one cluster').waitFor();
      await page.getByRole('dialog').getByText('before rest', { exact: true }).waitFor();
      await page.getByRole('dialog').getByText('upgrade v3.22.5').waitFor();
    }
    // What she looks at stays as it was.
    await carol.route('**/explanation', (route) => route.abort());
    await ada.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await until(
      'the approval counts',
      async () => (await rest('ada', `/campaigns/${NAME}`)).body.phase !== 'awaiting-approval',
    );
    const told = carol.getByRole('dialog');
    await told.getByText('What waits has changed since you looked: close this and look again.').waitFor();
    assert(await told.getByRole('button', { name: 'Approve' }).isDisabled(), 'it can still be approved');
    const late = await rest('carol', `/campaigns/${NAME}/approve`, { method: 'POST', body: '{"reason":"seen"}' });
    assert(late.status === 409, JSON.stringify(late));
    await carol.context().close();
  });

  await check('everything is stopped in two steps, by the keyboard', async () => {
    await ada.getByRole('heading', { level: 1 }).click();
    await ada.keyboard.press('s');
    await until('the reason is asked for', () => ada.evaluate(() => document.activeElement?.tagName === 'TEXTAREA'));
    await ada.keyboard.type('a look at it');
    await ada.keyboard.press('Tab');
    await ada.keyboard.press('Enter');
    await ada
      .getByText(/Everything is stopped by ada: a look at it/)
      .first()
      .waitFor();
  });
  await accessible(ada, 'everything stopped');
  await check('the stop is ended with a reason', async () => {
    await ada.getByRole('button', { name: 'End the stop of everything' }).first().click();
    await ada.getByRole('dialog').getByRole('button', { name: 'End the stop' }).click();
    await ada.getByText('Say why.').waitFor();
    await ada.getByRole('dialog').getByLabel('Reason').fill('it was nothing');
    await ada.getByRole('dialog').getByRole('button', { name: 'End the stop' }).click();
    await ada
      .getByText(/Everything is stopped by/)
      .first()
      .waitFor({ state: 'hidden' });
  });

  const site = planner.replace('127.0.0.1', 'localhost');
  await check('where no passkey can be used, it says why, and where one can', async () => {
    await ada.goto(`${planner}/passkeys`);
    await ada.getByText(`open this page at ${site}.`).waitFor();
    assert((await ada.getByRole('button', { name: 'Make a passkey' }).count()) === 0, 'it is offered');
    const without = await open('ada', '/passkeys', { site, init: 'delete window.PublicKeyCredential' });
    await without.getByText('This browser has no passkeys').waitFor();
    await without.context().close();
  });
  const signer = await open('ada', '/passkeys', { site });
  const authenticator = await signer.context().newCDPSession(signer);
  await authenticator.send('WebAuthn.enable');
  await authenticator.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await check('a person makes a passkey, and gets the entry that makes it count', async () => {
    await signer.getByText('None of ada counts here.').waitFor();
    await signer.getByRole('button', { name: 'Make a passkey' }).click();
    await signer.getByRole('heading', { name: 'It is made, and does not count yet' }).waitFor();
    await outside(`passkey ${Buffer.from(await signer.locator('pre code').innerText()).toString('base64')}`);
  });
  await accessible(signer, 'passkeys');

  await check('a planner that is killed is told, and the page goes on by itself when it is back', async () => {
    await ada.goto(`${planner}/campaigns/${NAME}`);
    await ada.getByText('live', { exact: true }).waitFor();
    await outside('kill planner');
    await ada.getByText(/^not live since \d+ s/).waitFor();
    await ada.getByText('live', { exact: true }).waitFor();
    await ada.getByRole('link', { name: /^c03: succeeded/ }).waitFor();
  });
  let address;
  await check('the command line gives the address of an approval that takes a passkey', async () => {
    // The planner was away, and says so until it has read everything.
    await until('it is taken', async () => {
      const { status, body } = await rest('ada', '/campaigns', { method: 'POST', body: JSON.stringify(SIGNED) });
      assert(status === 202 || status === 503, JSON.stringify(body));
      return status === 202;
    });
    await until('it waits', async () => (await rest('ada', '/campaigns/signed/approvals')).body.length === 1);
    const without = await rest('ada', '/campaigns/signed/approve', { method: 'POST', body: '{"reason":"seen"}' });
    assert(without.body.detail.includes('signed with a passkey'), JSON.stringify(without.body));
    address = await outside('approve signed');
    assert(address.startsWith(`${site}/campaigns/signed?approve=`), address);
  });
  await check(
    'the approval is signed with the passkey, for the planner, the executor and the command line',
    async () => {
      await signer.goto(address);
      const dialog = signer.getByRole('dialog', { name: 'Approve signed' });
      await dialog.getByText('Your passkey signs before all of signed').waitFor();
      assert((await dialog.getByLabel('Reason').inputValue()) === 'by passkey', 'the reason is gone');
      const found = await findings(signer);
      assert(found.length === 0, found.join('\n'));
      await dialog.getByRole('button', { name: 'Sign and approve' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await outside('approved');
      await until('the executor has inspected c04', async () => {
        const { body } = await rest('ada', '/campaigns/signed/clusters/c04');
        assert(body.phase !== 'held' && body.phase !== 'failed', body.summary);
        return body.steps?.some(({ state }) => state === 'succeeded');
      });
      await signer.goto(address);
      await signer.getByText('What this address is of waits for no approval any more.').waitFor();
      await signer.context().close();
    },
  );
  await accessible(ada, 'campaign');
  await picture(ada, 'page-campaign');
  await check('the campaign is finished, and its report can be had', async () => {
    await until('it is over', async () => (await rest('ada', `/campaigns/${NAME}`)).body.phase === 'succeeded');
    await ada.getByRole('button', { name: 'Report' }).click();
    const dialog = ada.getByRole('dialog', { name: `Report of ${NAME}` });
    for (const [button, form] of [
      ['Page', 'html'],
      ['ZIP', 'zip'],
    ]) {
      const [report] = await Promise.all([
        ada.waitForEvent('download'),
        dialog.getByRole('button', { name: button, exact: true }).click(),
      ]);
      assert(report.suggestedFilename() === `${NAME}-report.${form}`, report.suggestedFilename());
      await outside(`verify ${form} ${await report.path()}`);
    }
    await dialog.getByText(/Its digest is [0-9a-f]{64}/).waitFor();
    for (const dark of [true, false]) {
      await ada.evaluate((on) => document.documentElement.classList.toggle('pf-v6-theme-dark', on), dark);
      const found = await findings(ada);
      assert(found.length === 0, found.join('\n'));
    }
    await ada.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
  await check('what is asked for by its address is there, and what is not is told', async () => {
    await ada.goto(`${planner}/campaigns/${NAME}?phase=skipped`);
    await ada.getByRole('link', { name: /^c12: skipped/ }).waitFor();
    assert((await ada.getByRole('link', { name: /^c03:/ }).count()) === 0, 'c03 is not skipped');
    await ada.goto(`${planner}/campaigns/no-such`);
    await ada.getByText('There is no campaign no-such').waitFor();
    await ada.goto(`${planner}/campaigns`);
    await ada.getByRole('link', { name: NAME }).waitFor();
  });
  await accessible(ada, 'campaigns');

  await check('the audit says who did what, and what was refused', async () => {
    await ada.keyboard.press('g');
    await ada.keyboard.press('a');
    await ada.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
    await ada.getByLabel('Answer').selectOption('refused');
    await ada.getByLabel('Who').selectOption('carol');
    await ada
      .getByRole('cell', { name: new RegExp(`campaigns/${NAME}/approve`) })
      .first()
      .waitFor();
    assert(ada.url().includes('answer=refused') && ada.url().includes('who=carol'), ada.url());
    await ada.goto(`${planner}/audit?q=decide`);
    await ada.getByText('Nothing is recorded like that').waitFor();
    await ada.goto(`${planner}/audit?answer=done&campaign=${NAME}`);
    await ada.getByRole('link', { name: 'c12' }).first().waitFor();
    const [file] = await Promise.all([
      ada.waitForEvent('download'),
      ada.getByRole('button', { name: 'Export' }).click(),
    ]);
    assert(file.suggestedFilename() === 'audit.json', file.suggestedFilename());
    const { everything, records } = JSON.parse(readFileSync(await file.path(), 'utf8'));
    assert(everything && records.every(({ sent }) => sent.value.includes('writer')), 'it cannot be verified');
  });
  await accessible(ada, 'audit');
  await picture(ada, 'page-audit');
  await check('whoever may not read the audit is offered none, and told so at its address', async () => {
    const carol = await open('carol', '/audit');
    await carol.getByText('Not allowed').waitFor();
    assert((await carol.getByRole('link', { name: 'Audit' }).count()) === 0, 'it is offered');
    await carol.context().close();
  });

  await check('a token that is withdrawn ends the login, and nothing stays in sight', async () => {
    const bob = await open('bob', '/campaigns');
    await bob.getByRole('link', { name: NAME }).waitFor();
    await outside('withdraw bob');
    await bob.getByRole('link', { name: 'Fleet' }).click();
    await bob.getByText('Your login has ended. Log in again.').waitFor();
    assert((await bob.getByText(NAME).count()) === 0, 'it is still in sight');
    await bob.context().close();
  });

  await check('the browser has found nothing wrong', () => assert(complaints.length === 0, complaints.join('\n')));
} catch (error) {
  failed++;
  console.log(`NOT OK the run ended: ${error.stack}`);
} finally {
  await browser.close();
}
console.log(`${held} checks of the page held, ${failed} did not`);
process.exit(failed === 0 ? 0 : 1);
