import { describe, expect, it } from 'vitest';
import { failure, fromBase64Url, fromHex, toBase64Url, unusable } from '../../main/page/model/passkeys';

const SITE = { site: 'fleet.example.com', origins: ['https://fleet.example.com'] };
const HERE = { origin: 'https://fleet.example.com', isSecure: true, hasPasskeys: true };

describe('passkeys', () => {
  it('have binary parts in Base64 for URLs, without padding, both ways', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length * 101) % 256);
      const text = toBase64Url(bytes.buffer);
      expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
      expect(fromBase64Url(text)).toEqual(bytes);
    }
  });

  it('sign the bytes of a digest', () => {
    expect(fromHex('00ff7a')).toEqual(Uint8Array.of(0, 255, 122));
  });

  it('are used where the planner and the browser have them', () => {
    expect(unusable(HERE, SITE)).toBeNull();
  });

  it('say what is missing, and what to do', () => {
    expect(unusable(HERE, { origins: [] })).toContain('planner.access.passkeys');
    expect(unusable({ ...HERE, origin: 'http://127.0.0.1:8080' }, SITE)).toContain(
      'open this page at https://fleet.example.com',
    );
    expect(unusable({ ...HERE, isSecure: false }, SITE)).toContain('https only');
    expect(unusable({ ...HERE, hasPasskeys: false }, SITE)).toContain('This browser has no passkeys');
  });

  it('tell a cancelled use from a failed authenticator', () => {
    expect(failure('NotAllowedError', 'x')).toContain('cancelled');
    expect(failure('InvalidStateError', 'x')).toContain('already');
    expect(failure('UnknownError', 'it broke')).toContain('it broke');
  });
});
