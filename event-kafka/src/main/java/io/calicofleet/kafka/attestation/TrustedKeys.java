package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose signatures count, and what is signed by them. Thread-safe.
 *
 * <p>A record counts where its statement is signed by a key of the {@linkplain Topic#sender() sender} of its topic, where it has its place in the
 * statement's tree, and where an executor's key may speak for the cluster the record is about. Records of topics that have no sender need
 * no signature, nor does a stop of everything: whoever can write to Kafka may stop, and only a planner may let go on.
 */
public final class TrustedKeys {

    private static final String SUBJECT = "ce_subject";
    /** Statements that were looked at lately: records that were signed together come together. */
    private static final int REMEMBERED = 256;

    private static final int HASH = 32;

    private final Map<String, TrustedKey> keys;
    private final boolean acceptsUnsigned;
    private final Map<ByteBuffer, Looked> looked = new ConcurrentHashMap<>();
    private volatile @Nullable Last last;

    /** These keys, each once. */
    public TrustedKeys(Collection<TrustedKey> keys) {
        this(keys, false);
    }

    /**
     * These keys, each once.
     *
     * @param acceptsUnsigned whether a record without a signature counts as well: for as long as there are some from before
     */
    public TrustedKeys(Collection<TrustedKey> keys, boolean acceptsUnsigned) {
        this.acceptsUnsigned = acceptsUnsigned;
        this.keys = keys.stream().collect(toUnmodifiableMap(TrustedKey::id, Function.identity()));
    }

    /** What came of a look at a statement: who signed which tree, or why it does not count. */
    private record Looked(@Nullable TrustedKey by, @Nullable KnownNodes tree, String problem) {}

    /** A statement and what came of it. */
    @SuppressWarnings("ArrayRecordComponent") // compared by its content
    private record Last(byte[] statement, Looked looked) {}

    /** Whether there is a key for this sender that is not revoked. */
    public boolean has(Sender sender) {
        return keys.values().stream().anyMatch(key -> key.sender() == sender && !key.revoked());
    }

    /** The key of this id. */
    public Optional<TrustedKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    /**
     * Why a record does not count; empty where it does.
     *
     * @param own who reads: what Kafka Streams keeps for itself is its own; null: somebody who keeps nothing there
     */
    public Optional<String> problem(
            @Nullable Sender own, String topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        Topic ours = Topic.find(topic).orElse(null);
        Sender expected = ours == null ? own : ours.sender().orElse(null);
        if (expected == null || (ours == Topic.FLEET && Stops.isStop(headers, value))) {
            return Optional.empty();
        }
        Header header = headers.lastHeader(AttestationHeaders.STATEMENT);
        Header place = headers.lastHeader(AttestationHeaders.PLACE);
        if (header == null || header.value() == null || place == null || place.value() == null) {
            return acceptsUnsigned ? Optional.empty() : Optional.of("it is not signed");
        }
        Looked at = look(header.value());
        TrustedKey by = at.by();
        KnownNodes tree = at.tree();
        if (by == null || tree == null) {
            return Optional.of(at.problem());
        }
        if (by.sender() != expected) {
            return Optional.of("it is signed by " + by + "; on this topic a record counts that the " + expected.encode()
                    + " signed");
        }
        if (!isIn(tree, Hashes.leaf(topic, key, value, headers), place.value())) {
            return Optional.of("it is not what " + by + " signed");
        }
        return expected == Sender.EXECUTOR ? cluster(by, ours, key, headers) : Optional.empty();
    }

    private static Optional<String> cluster(
            TrustedKey by, @Nullable Topic topic, byte @Nullable [] key, Headers headers) {
        Header subject = headers.lastHeader(SUBJECT);
        byte[] name = subject == null ? topic == Topic.CLUSTERS ? key : null : subject.value();
        try {
            return name != null && by.covers(ClusterId.of(new String(name, StandardCharsets.UTF_8)))
                    ? Optional.empty()
                    : Optional.of(by + " may not speak for "
                            + (name == null ? "no cluster" : new String(name, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.of("it is about no cluster: " + e.getMessage());
        }
    }

    private Looked look(byte[] statement) {
        Last before = last;
        if (before != null && Arrays.equals(before.statement(), statement)) {
            return before.looked();
        }
        ByteBuffer same = ByteBuffer.wrap(statement);
        Looked known = looked.get(same);
        if (known == null) {
            known = lookAnew(statement);
            if (looked.size() >= REMEMBERED) {
                looked.clear();
            }
            looked.put(same, known);
        }
        last = new Last(statement, known);
        return known;
    }

    private Looked lookAnew(byte[] json) {
        try {
            Envelope envelope = Envelope.read(json);
            Optional<String> problem = problem(envelope);
            TrustedKey key = keys.get(envelope.keyId());
            if (problem.isPresent() || key == null) {
                return refused(problem.orElse(""));
            }
            Statement signed = Statement.read(envelope);
            if (signed.sender() != key.sender()) {
                return refused("its signature is not one of " + key);
            }
            return new Looked(
                    key, new KnownNodes(signed.records(), HexFormat.of().parseHex(signed.root())), "");
        } catch (IOException | IllegalArgumentException e) {
            return refused("its signature cannot be read: " + e.getMessage());
        }
    }

    /**
     * Why the signature of an envelope does not count; empty where it does.
     *
     * @param expected whose signature it has to be
     */
    public Optional<String> problem(Envelope envelope, Sender expected) {
        if (envelope.signature().isEmpty()) {
            return Optional.of("it is not signed");
        }
        try {
            return problem(envelope)
                    .or(() -> find(envelope.keyId())
                            .filter(by -> by.sender() != expected)
                            .map(by -> "it is signed by " + by + "; what counts here is what the " + expected.encode()
                                    + " signed"));
        } catch (IOException e) {
            return Optional.of("its signature cannot be read: " + e.getMessage());
        }
    }

    private Optional<String> problem(Envelope envelope) throws IOException {
        TrustedKey key = keys.get(envelope.keyId());
        if (key == null) {
            return Optional.of(
                    "it is signed by the key " + shortened(envelope.keyId()) + ", which is not trusted here");
        }
        if (key.revoked()) {
            return Optional.of("it is signed by " + key + ", which is revoked");
        }
        return envelope.isSignedBy(key.known()) ? Optional.empty() : Optional.of("its signature is not one of " + key);
    }

    private static Looked refused(String problem) {
        return new Looked(null, null, problem);
    }

    private static boolean isIn(KnownNodes tree, byte[] leaf, byte[] place) {
        String text = new String(place, US_ASCII);
        int slash = text.indexOf('/');
        try {
            int index = Integer.parseInt(text.substring(0, Math.max(slash, 0)));
            byte[] neighbours = Base64.getDecoder().decode(text.substring(slash + 1));
            List<byte[]> path = new ArrayList<>();
            for (int from = 0; from < neighbours.length; from += HASH) {
                path.add(Arrays.copyOfRange(neighbours, from, from + HASH));
            }
            return tree.proves(leaf, index, path);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String shortened(String id) {
        return id.length() <= HASH ? id : id.substring(0, HASH) + "...";
    }
}
