package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * What an authenticator signed, as WebAuthn has it; binary parts in Base64 for URLs, without padding. The challenge in it is the digest of what is
 * approved, so it proves one approval and no other.
 *
 * @param id the passkey
 * @param authenticatorData what the authenticator says: for which site, and whether it saw and knew its owner
 * @param clientData what the browser says, JSON: the challenge, and the page that asked for it
 * @param signature of both
 */
public record PasskeyAssertion(String id, String authenticatorData, String clientData, String signature) {

    public PasskeyAssertion {
        requireNonNull(id, "id");
        requireNonNull(authenticatorData, "authenticatorData");
        requireNonNull(clientData, "clientData");
        requireNonNull(signature, "signature");
    }
}
