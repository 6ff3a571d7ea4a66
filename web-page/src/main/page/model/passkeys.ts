/** What an authenticator makes and signs, as the planner takes it: binary parts in Base64 for URLs without padding. */
export type Assertion = { id: string; authenticatorData: string; clientData: string; signature: string };
export type Made = { attestation: string; clientData: string };

export function toBase64Url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** What a browser is, as far as passkeys ask. */
export type Where = { origin: string; isSecure: boolean; hasPasskeys: boolean };
/** The site that passkeys are for, as the planner says it. */
export type Site = { site?: string; origins: string[] };

/** Why no passkey can be used here, and what to do; null: one can. */
export function unusable({ origin, isSecure, hasPasskeys }: Where, { site, origins }: Site): string | null {
  if (site === undefined) {
    return 'This planner knows no passkeys: whoever runs it sets planner.access.passkeys.';
  }
  if (!origins.includes(origin)) {
    return `Passkeys of ${site} are not used at ${origin}: open this page at ${origins.join(' or ')}.`;
  }
  if (!isSecure) {
    return `A browser uses passkeys on https only, and at localhost; this page came from ${origin}.`;
  }
  return hasPasskeys
    ? null
    : 'This browser has no passkeys: use one that has Web Authentication, such as a current Firefox, Chrome, Edge or Safari.';
}

/** What went wrong at the authenticator, by the name that WebAuthn gives it. */
export function failure(name: string, message: string): string {
  switch (name) {
    case 'NotAllowedError':
      return 'No passkey was used: it was cancelled, took too long, or none of yours for this site is here.';
    case 'InvalidStateError':
      return 'This authenticator has a passkey of yours for this site already.';
    case 'SecurityError':
      return `The browser refuses passkeys on this page: ${message}`;
    default:
      return `The authenticator failed: ${message}`;
  }
}
