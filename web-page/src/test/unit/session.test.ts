import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { arrive, comesBack, LoginFailed, renew } from '../../main/page/api/session';
import { keep, token } from '../../main/page/api/token';
import { store } from './store';

const CODE = 'http://127.0.0.1:8080/login?code=c&state=s';
let running: Server | null = null;

afterEach(() => running?.close());

/** A provider that answers each request for a token so; what it was asked. */
async function provider(answer: (form: URLSearchParams) => readonly [number, object]) {
  const asked: URLSearchParams[] = [];
  let issuer = '';
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const piece of request) {
      body += String(piece);
    }
    response.setHeader('Content-Type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer, token_endpoint: `${issuer}/token` }));
      return;
    }
    const form = new URLSearchParams(body);
    asked.push(form);
    const [status, says] = answer(form);
    response.statusCode = status;
    response.end(JSON.stringify(says));
  };
  running = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => running?.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
  return { issuer, asked };
}

function leaving(issuer: string, more: object = {}) {
  const kept = store();
  kept.setItem(
    'calico-fleet-leaving',
    JSON.stringify({
      issuer,
      clientId: 'page',
      state: 's',
      nonce: '',
      verifier: 'v'.repeat(43),
      to: '/fleet?q=a',
      ...more,
    }),
  );
  return kept;
}

function renewable(issuer: string, endsAt: number) {
  const kept = store();
  keep('old', kept);
  kept.setItem('calico-fleet-renewal', JSON.stringify({ issuer, clientId: 'page', refreshToken: 'r', endsAt }));
  return kept;
}

describe('a login at a provider', () => {
  it('comes back with a code or a refusal, and with nothing else', () => {
    expect(comesBack(new URL(CODE))).toBe(true);
    expect(comesBack(new URL('http://127.0.0.1:8080/login?error=access_denied&state=s'))).toBe(true);
    expect(comesBack(new URL('http://127.0.0.1:8080/login'))).toBe(false);
    expect(comesBack(new URL('http://127.0.0.1:8080/fleet?code=c'))).toBe(false);
  });

  it('shows the proof of who asked, and goes where the person was', async () => {
    const { issuer, asked } = await provider(() => [
      200,
      { access_token: 'new', token_type: 'Bearer', expires_in: 60 },
    ]);
    const kept = leaving(issuer);
    expect(await arrive(new URL(CODE), kept)).toBe('/fleet?q=a');
    expect(token(kept)).toBe('new');
    expect(kept.getItem('calico-fleet-leaving')).toBeNull();
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({
      client_id: 'page',
      code: 'c',
      code_verifier: 'v'.repeat(43),
      grant_type: 'authorization_code',
      redirect_uri: 'http://127.0.0.1:8080/login',
    });
  });

  it('is not believed with another state, nor where nobody asked', async () => {
    const { issuer, asked } = await provider(() => [200, { access_token: 'new', token_type: 'Bearer' }]);
    const kept = leaving(issuer, { state: 'another' });
    await expect(arrive(new URL(CODE), kept)).rejects.toThrow(LoginFailed);
    await expect(arrive(new URL(CODE), store())).rejects.toThrow('This tab has not asked for a login.');
    expect(token(kept)).toBeNull();
    expect(asked).toEqual([]);
  });

  it('tells what the provider says against it', async () => {
    const { issuer } = await provider(() => [400, { error: 'invalid_grant', error_description: 'the code is used' }]);
    await expect(arrive(new URL(CODE), leaving(issuer))).rejects.toThrow(
      `${issuer} refuses the login: the code is used`,
    );
    const refused = new URL('http://127.0.0.1:8080/login?error=access_denied&state=s');
    await expect(arrive(refused, leaving(issuer))).rejects.toThrow(`${issuer} refuses the login: access_denied`);
  });
});

describe('a token of a provider', () => {
  it('is had anew once before its end, however many ask', async () => {
    const { issuer, asked } = await provider(() => [
      200,
      { access_token: 'new', token_type: 'Bearer', expires_in: 600 },
    ]);
    const kept = renewable(issuer, 100_000);
    await renew(kept, 69_999);
    expect(asked).toEqual([]);
    await Promise.all([renew(kept, 70_000), renew(kept, 70_000), renew(kept, 70_000)]);
    expect(asked.map((form) => form.get('refresh_token'))).toEqual(['r']);
    expect(token(kept)).toBe('new');
  });

  it('stays where the provider does not answer, and is not asked for again where it refuses', async () => {
    const away = renewable('http://127.0.0.1:1', 0);
    await renew(away, 1);
    expect(token(away)).toBe('old');
    expect(away.getItem('calico-fleet-renewal')).not.toBeNull();
    const { issuer, asked } = await provider(() => [400, { error: 'invalid_grant' }]);
    const ended = renewable(issuer, 0);
    await renew(ended, 1);
    await renew(ended, 1);
    expect(asked).toHaveLength(1);
    expect(token(ended)).toBe('old');
  });
});
