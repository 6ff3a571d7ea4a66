package io.calicofleet.event;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a campaign changes in the settings of Calico, in place of going to a release.
 *
 * @param felixConfiguration the fields of FelixConfiguration default, in the order of their names, at least one
 */
public record ChangeSpec(List<FieldSetting> felixConfiguration) {

    public ChangeSpec {
        felixConfiguration = Copies.list(felixConfiguration).stream()
                .sorted(Comparator.comparing(FieldSetting::field))
                .toList();
    }

    /** For people, wherever the target of an upgrade stands: {@code felixConfiguration: logSeverityScreen=Warning, wireguardEnabled=true}. */
    @Override
    public String toString() {
        return felixConfiguration.stream()
                .map(FieldSetting::toString)
                .collect(Collectors.joining(", ", "felixConfiguration: ", ""));
    }
}
