package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The name of a campaign, unique in the fleet for as long as its events are kept.
 *
 * @param value the encoded form; lower-case letters, digits and '-', at most 63, starting and ending with a letter or digit
 */
public record CampaignName(@JsonValue String value) implements Comparable<CampaignName> {

    private static final int LONGEST = 63;

    /** @throws IllegalArgumentException where the value has another form; the message says which one is right */
    @JsonCreator
    public CampaignName {
        requireNonNull(value, "value");
        if (!Form.isName(value, LONGEST, false)) {
            throw new IllegalArgumentException(
                    "'" + value
                            + "' is no campaign name: lower-case letters, digits and '-', at most 63, starting and ending with a letter or digit");
        }
    }

    /** Same as the constructor; reads better at the call. */
    public static CampaignName of(String value) {
        return new CampaignName(value);
    }

    @Override
    public int compareTo(CampaignName other) {
        return value.compareTo(other.value);
    }

    /** Written out, as in {@link StepId}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CampaignName same && value.equals(same.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
