package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names one attempt of one step on one cluster in one campaign. Deterministic: the same decision has the same id, so a
 * duplicate is recognised wherever it arrives.
 *
 * @param campaign the campaign the step belongs to
 * @param cluster the cluster it acts on
 * @param kind what it does
 * @param ordinal tells steps of one kind on one cluster apart, from 1: a retry, a restore, or a repeated drill counts up
 */
public record StepId(CampaignName campaign, ClusterId cluster, StepKind kind, int ordinal) {

    private static final int ORDINAL_DIGITS = 9;

    /** @throws IllegalArgumentException where the ordinal is below 1 */
    public StepId {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(kind, "kind");
        if (ordinal < 1) {
            throw new IllegalArgumentException("ordinal must be 1 or more, not " + ordinal);
        }
    }

    /**
     * Reads the form {@link #encode()} writes.
     *
     * @throws IllegalArgumentException where the text has another form
     */
    @JsonCreator
    public static StepId parse(String text) {
        int cluster = text.indexOf('/') + 1;
        int kind = text.indexOf('/', cluster) + 1;
        int ordinal = text.indexOf('/', kind) + 1;
        if (cluster == 0 || kind == 0 || ordinal == 0 || !isOrdinal(text, ordinal)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no step id: campaign/cluster/kind/ordinal, such as calico-3-22/c01/upgrade/1");
        }
        return new StepId(
                new CampaignName(text.substring(0, cluster - 1)),
                new ClusterId(text.substring(cluster, kind - 1)),
                StepKind.parse(text.substring(kind, ordinal - 1)),
                Integer.parseInt(text, ordinal, text.length(), 10));
    }

    /** {@code campaign/cluster/kind/ordinal}, such as {@code calico-3-22/c01/upgrade/1}. */
    @JsonValue
    public String encode() {
        return campaign + "/" + cluster + "/" + kind.encode() + "/" + ordinal;
    }

    /** Its kind for people, and which attempt it is among {@code all} steps of its cluster: {@code upgrade, attempt 1 of 2}. */
    public String among(List<StepRecord> all) {
        int attempts = all.stream()
                .map(StepRecord::step)
                .filter(other -> other.kind() == kind)
                .mapToInt(StepId::ordinal)
                .max()
                .orElse(0);
        if (kind == StepKind.DRILL) {
            return kind.encode() + (ordinal == 1 ? "" : " " + ordinal);
        }
        return attempts > 1 ? kind.encode() + ", attempt " + ordinal + " of " + attempts : named();
    }

    /** Its kind for people, and which attempt it is where it is not the first; drills count steps, no attempts. */
    public String named() {
        return kind.encode() + (ordinal == 1 || kind == StepKind.DRILL ? "" : ", attempt " + ordinal);
    }

    /** Whether {@code text} goes on from there with digits only, as many as fit, and no leading zero. */
    private static boolean isOrdinal(String text, int from) {
        int digits = text.length() - from;
        if (digits < 1 || digits > ORDINAL_DIGITS || text.charAt(from) == '0') {
            return false;
        }
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Written out: each record of a step is looked up by it, and what a record has by itself goes through method handles. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StepId same
                && ordinal == same.ordinal
                && kind == same.kind
                && cluster.equals(same.cluster)
                && campaign.equals(same.campaign);
    }

    @Override
    public int hashCode() {
        return ((campaign.hashCode() * 31 + cluster.hashCode()) * 31
                                + kind.encode().hashCode())
                        * 31
                + ordinal;
    }

    @Override
    public String toString() {
        return encode();
    }
}
