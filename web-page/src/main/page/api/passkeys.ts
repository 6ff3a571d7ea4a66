import { failure, fromBase64Url, fromHex, toBase64Url, unusable, type Assertion, type Made } from '../model/passkeys';
import type { Passkeys } from '../model/types';

/** How long a person has at the authenticator, in milliseconds. */
const PATIENCE = 120_000;
/** The algorithms of keys that the planner takes, as COSE numbers them: P-256, Ed25519, RSA. */
const ALGORITHMS = [-7, -8, -257];
/** The most that WebAuthn takes as a person's id, in bytes. */
const LONGEST_ID = 64;

/** Why this browser can use no passkey of this planner, and what to do; null: it can. */
export function problemOf(passkeys: Passkeys): string | null {
  const hasPasskeys = 'credentials' in navigator && 'PublicKeyCredential' in window;
  return unusable({ origin: window.location.origin, isSecure: window.isSecureContext, hasPasskeys }, passkeys);
}

function known(passkeys: Passkeys): PublicKeyCredentialDescriptor[] {
  return passkeys.passkeys.map((id) => ({ type: 'public-key', id: fromBase64Url(id) }));
}

async function asked(credential: Promise<Credential | null>): Promise<PublicKeyCredential> {
  let answer;
  try {
    answer = await credential;
  } catch (error) {
    throw error instanceof DOMException ? new Error(failure(error.name, error.message)) : error;
  }
  if (!(answer instanceof PublicKeyCredential)) {
    throw new Error(failure('', 'it gave no passkey'));
  }
  return answer;
}

/** Has an authenticator make a passkey of whoever asks. */
export async function make(passkeys: Passkeys): Promise<Made> {
  const credential = await asked(
    navigator.credentials.create({
      publicKey: {
        rp: { id: passkeys.site ?? '', name: 'calico-fleet' },
        user: {
          id: new TextEncoder().encode(passkeys.person).slice(0, LONGEST_ID),
          name: passkeys.person,
          displayName: passkeys.person,
        },
        challenge: fromBase64Url(passkeys.challenge),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: known(passkeys),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        attestation: 'none',
        timeout: PATIENCE,
      },
    }),
  );
  const response = credential.response as AuthenticatorAttestationResponse;
  return { attestation: toBase64Url(response.attestationObject), clientData: toBase64Url(response.clientDataJSON) };
}

/** Has a passkey of whoever asks sign the digest of what is approved, in hexadecimal. */
export async function sign(passkeys: Passkeys, digest: string): Promise<Assertion> {
  const credential = await asked(
    navigator.credentials.get({
      publicKey: {
        rpId: passkeys.site ?? '',
        challenge: fromHex(digest),
        allowCredentials: known(passkeys),
        userVerification: 'required',
        timeout: PATIENCE,
      },
    }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    id: toBase64Url(credential.rawId),
    authenticatorData: toBase64Url(response.authenticatorData),
    clientData: toBase64Url(response.clientDataJSON),
    signature: toBase64Url(response.signature),
  };
}
