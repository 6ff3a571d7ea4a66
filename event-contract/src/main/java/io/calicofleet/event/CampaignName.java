package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The name of a campaign, unique in the fleet for as long as its events are kept.
 *
 * @param value the encoded form; lower-case letters, digits and '-', at most 63, starting and ending with a letter or digit
 */
public record CampaignName(@JsonValue String value) implements Comparable<CampaignName> {

    private static final Pattern FORM = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** @throws IllegalArgumentException where the value has another form; the message says which one is right */
    @JsonCreator
    public CampaignName {
        requireNonNull(value, "value");
        if (!FORM.matcher(value).matches()) {
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

    @Override
    public String toString() {
        return value;
    }
}
