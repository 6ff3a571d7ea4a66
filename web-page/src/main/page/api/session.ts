import type { Login } from '../model/types';
import { keep, type Store, token } from './token';

/** How a token that came from a provider is had anew; gone with the tab, as the token is. */
const RENEWAL = 'calico-fleet-renewal';
/** What is to come back from the provider. */
const LEAVING = 'calico-fleet-leaving';
/** So long before its end a token is had anew, for the way it has to go. */
const EARLY_MILLIS = 30_000;
/** Where the provider sends people back to. */
const BACK = '/login';

type Renewal = { issuer: string; clientId: string; refreshToken: string; endsAt: number };
type Leaving = { issuer: string; clientId: string; state: string; nonce: string; verifier: string; to: string };

/** A login that did not come to its end; its message is for people. */
export class LoginFailed extends Error {}

/** The library that speaks to a provider is loaded where there is one. */
async function library() {
  return import('oauth4webapi');
}

type Library = Awaited<ReturnType<typeof library>>;

/** A provider on this machine may speak without TLS, as for the command line. */
function plain(oauth: Library, issuer: string) {
  const { protocol, hostname } = new URL(issuer);
  return { [oauth.allowInsecureRequests]: protocol === 'http:' && /^(127\..*|localhost|\[::1\])$/.test(hostname) };
}

async function discover(oauth: Library, issuer: string) {
  const address = new URL(issuer);
  return oauth.processDiscoveryResponse(
    address,
    await oauth.discoveryRequest(address, { algorithm: 'oidc', ...plain(oauth, issuer) }),
  );
}

/** Leaves for the provider, by the authorization code flow with PKCE; comes back to where one was. */
export async function leave(login: Login, to: string, store: Store): Promise<void> {
  const { issuer, clientId } = login;
  if (issuer === undefined || clientId === undefined) {
    throw new LoginFailed('The planner names no provider to log in at.');
  }
  if (!window.isSecureContext) {
    throw new LoginFailed('A browser logs in at a provider only from an https address: open the page by one.');
  }
  const oauth = await library();
  const server = await discover(oauth, issuer);
  if (server.authorization_endpoint === undefined) {
    throw new LoginFailed(`${issuer} has no authorization code flow (authorization_endpoint).`);
  }
  // What is asked for is for this tab: nothing that goes on when the person has left.
  const scopes = login.scopes.split(' ').filter((scope) => scope !== 'offline_access');
  const leaving: Leaving = {
    issuer,
    clientId,
    state: oauth.generateRandomState(),
    nonce: scopes.includes('openid') ? oauth.generateRandomNonce() : '',
    verifier: oauth.generateRandomCodeVerifier(),
    to,
  };
  store.setItem(LEAVING, JSON.stringify(leaving));
  const address = new URL(server.authorization_endpoint);
  const asked: Record<string, string> = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: window.location.origin + BACK,
    scope: scopes.join(' '),
    state: leaving.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(leaving.verifier),
    code_challenge_method: 'S256',
    ...(leaving.nonce === '' ? {} : { nonce: leaving.nonce }),
  };
  Object.entries(asked).forEach(([name, value]) => address.searchParams.set(name, value));
  window.location.assign(address);
}

/** Whether this address is what a provider sends people back to. */
export function comesBack(address: URL): boolean {
  return address.pathname === BACK && (address.searchParams.has('code') || address.searchParams.has('error'));
}

/**
 * Gets the token for the code that came back, and keeps it.
 *
 * @returns where the person was when they left
 * @throws LoginFailed where the provider refuses, or this tab has not asked
 */
export async function arrive(address: URL, store: Store): Promise<string> {
  const kept = store.getItem(LEAVING);
  store.removeItem(LEAVING);
  if (kept === null) {
    throw new LoginFailed('This tab has not asked for a login. Log in here.');
  }
  const { issuer, clientId, state, nonce, verifier, to } = JSON.parse(kept) as Leaving;
  const oauth = await library();
  const client = { client_id: clientId };
  try {
    const server = await discover(oauth, issuer);
    const answer = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        oauth.validateAuthResponse(server, client, address.searchParams, state),
        address.origin + BACK,
        verifier,
        plain(oauth, issuer),
      ),
      nonce === '' ? {} : { expectedNonce: nonce, requireIdToken: true },
    );
    keep(answer.access_token, store);
    renewable(store, issuer, clientId, answer.refresh_token, answer.expires_in);
    return to;
  } catch (error) {
    throw new LoginFailed(sentence(oauth, issuer, error));
  }
}

function sentence(oauth: Library, issuer: string, error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    return `${issuer} refuses the login: ${error.error_description ?? error.error}`;
  }
  return `The login at ${issuer} failed: ${error instanceof Error ? error.message : String(error)}`;
}

function renewable(
  store: Store,
  issuer: string,
  clientId: string,
  refreshToken: string | undefined,
  seconds: number | undefined,
) {
  if (refreshToken === undefined || seconds === undefined) {
    store.removeItem(RENEWAL);
    return;
  }
  const renewal: Renewal = { issuer, clientId, refreshToken, endsAt: Date.now() + seconds * 1000 };
  store.setItem(RENEWAL, JSON.stringify(renewal));
}

export function forgetRenewal(store: Store): void {
  store.removeItem(RENEWAL);
}

let renewing: Promise<void> | null = null;

/** Has a token that is about to end replaced, where the provider gave the means; else it stays, and the planner says when it ended. */
export async function renew(store: Store, now = Date.now()): Promise<void> {
  const kept = store.getItem(RENEWAL);
  if (kept === null || token(store) === null) {
    return;
  }
  const renewal = JSON.parse(kept) as Renewal;
  if (now < renewal.endsAt - EARLY_MILLIS) {
    return;
  }
  // Many requests begin at once, and a refresh token may be good for one.
  renewing ??= renewed(renewal, store).finally(() => (renewing = null));
  await renewing;
}

async function renewed({ issuer, clientId, refreshToken }: Renewal, store: Store): Promise<void> {
  const oauth = await library();
  const client = { client_id: clientId };
  try {
    const server = await discover(oauth, issuer);
    const answer = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, plain(oauth, issuer)),
    );
    // Whoever has logged out meanwhile stays so.
    if (store.getItem(RENEWAL) !== null) {
      keep(answer.access_token, store);
      renewable(store, issuer, clientId, answer.refresh_token ?? refreshToken, answer.expires_in);
    }
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) {
      // It is not good any more. The token may be, for a moment.
      forgetRenewal(store);
    }
  }
}
