package io.calicofleet.runtime;

import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.kafka.attestation.AttestationCheck.Rule;
import io.calicofleet.kafka.attestation.Attestor;
import io.calicofleet.kafka.attestation.Envelope;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.kafka.attestation.SigningProducer;
import io.calicofleet.kafka.attestation.TrustedKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this service signs what it sends, and checks what it reads: by the settings {@code signing.key}, the file of its key, and
 * {@code signing.trusted-keys}, the file of those whose signatures count. Without both it does neither, and says so. With
 * {@code signing.accept-unsigned} a record without a signature counts as well, for as long as there are some from before.
 */
public final class Signing {

    private static final Logger LOGGER = LoggerFactory.getLogger(Signing.class);
    private static final String KEY = "signing.key";
    /** Where much is sent, so long records wait for each other; longer saves little. */
    private static final Duration GATHER = Duration.ofMillis(50);

    private static final String TRUSTED = "signing.trusted-keys";
    private static final String UNSIGNED = "signing.accept-unsigned";

    private final @Nullable Sender own;
    private final @Nullable Attestor attestor;
    private final @Nullable TrustedKeys trusted;

    private Signing(@Nullable Sender own, @Nullable Attestor attestor, @Nullable TrustedKeys trusted) {
        this.own = own;
        this.attestor = attestor;
        this.trusted = trusted;
    }

    /** Neither, as in tests of something else. */
    public static Signing none(Sender own) {
        return new Signing(own, null, null);
    }

    /** With this key, and these that count. */
    public static Signing with(Sender own, SigningKey key, TrustedKeys trusted) {
        return new Signing(own, new Attestor(own, key), trusted);
    }

    /**
     * What the settings say.
     *
     * @param own which service this is
     * @throws IllegalStateException where they cannot be used; the message says what is wrong and what would be right
     */
    public static Signing of(Config config, Sender own) {
        Optional<Path> key = config.getOptionalValue(KEY, Path.class);
        Optional<Path> keys = config.getOptionalValue(TRUSTED, Path.class);
        if (key.isEmpty() && keys.isEmpty()) {
            LOGGER.atWarn()
                    .log(
                            "records are neither signed nor checked: whoever can write to Kafka can have clusters changed; set "
                                    + KEY + " and " + TRUSTED);
            return none(own);
        }
        if (key.isEmpty() || keys.isEmpty()) {
            throw new IllegalStateException((key.isEmpty() ? KEY : TRUSTED) + " is not set, but "
                    + (key.isEmpty() ? TRUSTED : KEY) + " is: set both, or none of them.");
        }
        boolean acceptsUnsigned =
                config.getOptionalValue(UNSIGNED, Boolean.class).orElse(false);
        if (acceptsUnsigned) {
            LOGGER.atWarn()
                    .log("records without a signature count as well, by " + UNSIGNED
                            + ": whoever can write to Kafka can have clusters changed");
        }
        try {
            SigningKey signs = SigningKey.read(key.get());
            TrustedKeys trusted = TrustedKeysFile.read(keys.get(), acceptsUnsigned);
            boolean counts = trusted.find(signs.id())
                    .filter(found -> found.sender() == own && !found.revoked())
                    .isPresent();
            if (!counts) {
                throw new IllegalStateException(
                        keys.get() + " has no key of the " + own.encode() + " with the id " + signs.id() + ", which "
                                + key.get() + " holds: nothing this service says would count. Add it.");
            }
            for (Sender sender : Sender.values()) {
                if (!trusted.has(sender)) {
                    throw new IllegalStateException(keys.get() + " has no key of the " + sender.encode()
                            + ": nothing it says would count. Add it.");
                }
            }
            LOGGER.atInfo().addKeyValue("key", signs.id()).log("records are signed and checked");
            return with(own, signs, trusted);
        } catch (KeyFileException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * What the settings say for a service that only reads: {@code signing.trusted-keys} is all it needs.
     *
     * @throws IllegalStateException where it cannot be used; the message says what is wrong and what would be right
     */
    public static Signing ofReader(Config config) {
        Optional<Path> keys = config.getOptionalValue(TRUSTED, Path.class);
        if (keys.isEmpty()) {
            LOGGER.atWarn()
                    .log("records are not checked: whoever can write to Kafka can have it tell anything; set "
                            + TRUSTED);
            return new Signing(null, null, null);
        }
        try {
            return new Signing(
                    null,
                    null,
                    TrustedKeysFile.read(
                            keys.get(),
                            config.getOptionalValue(UNSIGNED, Boolean.class).orElse(false)));
        } catch (KeyFileException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** A producer that signs; a record waits for others to be signed with for a moment at the most. */
    public <K, V> Producer<K, V> gathering(Producer<K, V> producer) {
        return attestor == null ? producer : SigningProducer.gathering(producer, attestor, GATHER);
    }

    /** A producer that signs what it is flushed with. */
    public <K, V> Producer<K, V> untilFlush(Producer<K, V> producer) {
        return attestor == null ? producer : SigningProducer.untilFlush(producer, attestor);
    }

    /** The properties of a consumer that sees nothing that is not signed, or sees it as unreadable. */
    public Map<String, Object> checked(Map<String, Object> client, Refused refused) {
        Map<String, Object> all = new HashMap<>(client);
        all.putAll(check(refused, Signing::log));
        return all;
    }

    /** What has a consumer check; nothing where nothing is. */
    public Map<String, Object> check(Refused refused, BiConsumer<String, String> told) {
        return trusted == null ? Map.of() : new Rule(trusted, own, refused, told).properties();
    }

    /** An in-toto statement in an envelope; without a signature where nothing is signed. */
    public byte[] envelope(byte[] statement) {
        return attestor == null ? Envelope.of(statement, null) : attestor.sign(statement);
    }

    /** What names the key this service signs with; empty where nothing is signed. */
    public Optional<String> keyId() {
        return Optional.ofNullable(attestor).map(by -> by.key().id());
    }

    /** Tells of a record that does not count. */
    public static void log(String topic, String why) {
        LOGGER.atWarn()
                .addKeyValue(LogKeys.TOPIC, topic)
                .addKeyValue(LogKeys.REASON, why)
                .log("a record does not count");
    }
}
