package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person looks at before the temporary policy goes.
 *
 * @param coverage who was heard from, every node with a protected host endpoint
 * @param flows what was seen
 * @param suggestedPolicy the GlobalNetworkPolicy that would replace the temporary one, as YAML
 * @param notes what the log cannot show
 * @param added what was seen since an approval and what was approved does not allow, a kind of traffic each; empty where none
 * @param guard what the executor's guard says of the suggested policy; null where it was not asked
 * @param digest stands for all of this: an approval names it; null until the review is complete
 * @param kinds how many kinds of traffic were told apart so far, those that need no rule too; null from senders that do not say
 */
public record TrafficReview(
        List<NodeCoverage> coverage,
        List<FlowSummary> flows,
        String suggestedPolicy,
        List<String> notes,
        List<String> added,
        @Nullable PolicyCheck guard,
        @Nullable String digest,
        @Nullable Integer kinds) {

    private static final int DIGEST_BYTES = 8;

    public TrafficReview {
        requireNonNull(suggestedPolicy, "suggestedPolicy");
        coverage = Copies.list(coverage);
        flows = Copies.list(flows);
        notes = Copies.list(notes);
        added = Copies.list(added);
    }

    /** One that nothing was approved before, and nobody can approve yet. */
    public TrafficReview(
            List<NodeCoverage> coverage, List<FlowSummary> flows, String suggestedPolicy, List<String> notes) {
        this(coverage, flows, suggestedPolicy, notes, List.of(), null, null, null);
    }

    /** The same, made when so many kinds of traffic were told apart. */
    public TrafficReview withKinds(int many) {
        return new TrafficReview(coverage, flows, suggestedPolicy, notes, added, guard, digest, many);
    }

    /** The same with what was seen since an approval. */
    public TrafficReview withAdded(List<String> since) {
        return new TrafficReview(coverage, flows, suggestedPolicy, notes, since, guard, null, kinds);
    }

    /**
     * The same, complete: with what the guard says and the digest of it all, the first 64 bits of a SHA-256 in hexadecimal.
     *
     * @param said null: the guard was not asked, or did not answer
     */
    public TrafficReview complete(@Nullable PolicyCheck said) {
        TrafficReview shown = new TrafficReview(coverage, flows, suggestedPolicy, notes, added, said, null, kinds);
        return new TrafficReview(
                coverage, flows, suggestedPolicy, notes, added, said, digestOf(shown.toString()), kinds);
    }

    private static String digestOf(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
