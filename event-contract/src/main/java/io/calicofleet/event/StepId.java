package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

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

    private static final Pattern ORDINAL = Pattern.compile("[1-9]\\d{0,8}");

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
        String[] parts = text.split("/", -1);
        if (parts.length != 4 || !ORDINAL.matcher(parts[3]).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no step id: campaign/cluster/kind/ordinal, such as calico-3-22/c01/upgrade/1");
        }
        return new StepId(
                new CampaignName(parts[0]),
                new ClusterId(parts[1]),
                StepKind.parse(parts[2]),
                Integer.parseInt(parts[3]));
    }

    /** {@code campaign/cluster/kind/ordinal}, such as {@code calico-3-22/c01/upgrade/1}. */
    @JsonValue
    public String encode() {
        return campaign + "/" + cluster + "/" + kind.encode() + "/" + ordinal;
    }

    @Override
    public String toString() {
        return encode();
    }
}
