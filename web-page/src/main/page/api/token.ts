/** Where the token of this tab is: gone with the tab, never in a cookie, and never in the address. */
const KEY = 'calico-fleet-token';

export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Takes the token that an address brings behind its #, and returns the address without it; null: it brings none. */
export function takeFromAddress(address: string, store: Store): string | null {
  const url = new URL(address);
  const token = new URLSearchParams(url.hash.slice(1)).get('token');
  if (token === null) {
    return null;
  }
  keep(token, store);
  url.hash = '';
  return url.pathname + url.search;
}

export function keep(token: string, store: Store): void {
  store.setItem(KEY, token.trim());
}

export function token(store: Store): string | null {
  return store.getItem(KEY);
}

export function forget(store: Store): void {
  store.removeItem(KEY);
}
