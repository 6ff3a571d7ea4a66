package io.calicofleet.runtime.passkey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.COSEKey;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.VerificationException;
import io.calicofleet.event.PasskeyAssertion;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Passkeys that are known on this side, and what was signed by them. Thread-safe.
 *
 * <p>An assertion counts where a known passkey signed it, for this site, on one of its pages, over exactly that digest, by an authenticator that saw its owner
 * and knew them (by a finger, a face or a PIN). The counter of an authenticator is not looked at: planner and executors see an assertion many times, and
 * most authenticators have none. That it is not used for anything else is what the digest is for.
 */
public final class Passkeys {

    private static final WebAuthnManager WEBAUTHN = WebAuthnManager.createNonStrictWebAuthnManager();
    private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

    private final Site site;
    private final Map<String, Passkey> known;

    /** These, for that site. */
    public Passkeys(Site site, Collection<Passkey> passkeys) {
        this.site = requireNonNull(site, "site");
        this.known = passkeys.stream().collect(toUnmodifiableMap(Passkey::id, Function.identity()));
    }

    /**
     * The site passkeys are for.
     *
     * @param id its name, as authenticators have it: the host of the page, or a domain above it
     * @param origins the addresses of its pages, such as {@code https://fleet.example.com}
     */
    public record Site(String id, Set<String> origins) {

        public Site {
            requireNonNull(id, "id");
            origins = Set.copyOf(origins);
        }
    }

    /**
     * A passkey that is known.
     *
     * @param person whose it is
     * @param id what its authenticator calls it, in Base64 for URLs
     * @param key its public key
     */
    public record Passkey(String person, String id, PublicKey key) {

        public Passkey {
            requireNonNull(person, "person");
            requireNonNull(id, "id");
            requireNonNull(key, "key");
        }
    }

    /**
     * What came of a look at an assertion.
     *
     * @param person who signed; null: it does not count
     * @param problem why it does not count; empty where it does
     */
    public record Checked(@Nullable String person, String problem) {}

    /** The site they are for. */
    public Site site() {
        return site;
    }

    /** The ids of the passkeys of somebody. */
    public List<String> of(String person) {
        return known.values().stream()
                .filter(passkey -> passkey.person().equals(person))
                .map(Passkey::id)
                .sorted()
                .toList();
    }

    /** Who signed that digest, in hexadecimal. */
    public Checked check(PasskeyAssertion assertion, String digest) {
        Passkey passkey = known.get(assertion.id());
        if (passkey == null) {
            return new Checked(null, "the passkey is not known here");
        }
        try {
            AttestedCredentialData credential =
                    new AttestedCredentialData(AAGUID.ZERO, BASE64.decode(passkey.id()), CoseKeys.of(passkey.key()));
            WEBAUTHN.verify(
                    new AuthenticationRequest(
                            BASE64.decode(assertion.id()),
                            BASE64.decode(assertion.authenticatorData()),
                            BASE64.decode(assertion.clientData()),
                            BASE64.decode(assertion.signature())),
                    new AuthenticationParameters(
                            server(HexFormat.of().parseHex(digest)),
                            new CredentialRecordImpl(
                                    new NoneAttestationStatement(),
                                    null,
                                    null,
                                    null,
                                    0,
                                    credential,
                                    null,
                                    null,
                                    null,
                                    null),
                            null,
                            true,
                            true));
            return new Checked(passkey.person(), "");
        } catch (VerificationException | DataConversionException | JacksonException | IllegalArgumentException e) {
            return new Checked(null, "its signature does not count: " + e.getMessage());
        }
    }

    /** Who signed that digest, in hexadecimal; empty: nobody who is known here. */
    public Optional<String> signer(PasskeyAssertion assertion, String digest) {
        return Optional.ofNullable(check(assertion, digest).person());
    }

    /** What the authenticator of somebody is asked to sign when it makes a passkey: it is no digest of anything that is approved. */
    public static byte[] registration(String person) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(("a passkey of " + person).getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * The passkey an authenticator has made. Nothing is kept: whoever writes the files of passkeys decides whether it counts.
     *
     * @param attestation what the authenticator says, in Base64 for URLs
     * @param clientData what the browser says, the same
     * @throws IllegalArgumentException where it was not made for this person on this site; the message says why
     */
    public Passkey registered(String person, String attestation, String clientData) {
        try {
            RegistrationData made = WEBAUTHN.verify(
                    new RegistrationRequest(BASE64.decode(attestation), BASE64.decode(clientData)),
                    new RegistrationParameters(server(registration(person)), null, true, true));
            AttestedCredentialData credential = requireNonNull(
                    requireNonNull(made.getAttestationObject(), "attestation")
                            .getAuthenticatorData()
                            .getAttestedCredentialData(),
                    "credential");
            COSEKey key = credential.getCOSEKey();
            return new Passkey(
                    person,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(credential.getCredentialId()),
                    requireNonNull(key.getPublicKey(), "public key"));
        } catch (VerificationException
                | DataConversionException
                | JacksonException
                | NullPointerException
                | IllegalArgumentException e) {
            throw new IllegalArgumentException("it is no passkey made for " + person + " here: " + e.getMessage(), e);
        }
    }

    private ServerProperty server(byte[] challenge) {
        return ServerProperty.builder()
                .origins(site.origins().stream().map(Origin::new).collect(Collectors.toSet()))
                .rpId(site.id())
                .challenge(new DefaultChallenge(challenge))
                .build();
    }
}
