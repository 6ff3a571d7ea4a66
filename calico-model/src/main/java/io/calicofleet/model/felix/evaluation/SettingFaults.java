package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.felix.evaluation.Felix.Crash;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings over which Felix ends as soon as it starts, wherever they stand: what cannot be read of a setting that has to be
 * right (felix/config/config_params.go, die-on-fail), and a FelixConfiguration with a value of another type, which is read
 * as a whole or not at all. What Felix replaces by its default is no fault.
 */
final class SettingFaults {

    private static final String ENVIRONMENT = "the environment of calico-node";
    private static final Map<String, Set<String>> CHOICES = Map.of(
            "chainInsertMode", Set.of("insert", "append"),
            "defaultEndpointToHostAction", Set.of("drop", "return", "accept"),
            "iptablesFilterAllowAction", Set.of("accept", "return"),
            "iptablesMangleAllowAction", Set.of("accept", "return"));
    private static final Map<String, Set<String>> LATER_CHOICES =
            Map.of("iptablesFilterDenyAction", Set.of("drop", "reject"));
    private static final Set<String> LISTS = Set.of("failsafeInboundHostPorts", "failsafeOutboundHostPorts");
    private static final Set<String> FLAGS =
            Set.of("bpfEnabled", "ipipEnabled", "ipv6Support", "vxlanEnabled", "wireguardEnabled");
    private static final String MASK = "iptablesMarkMask";
    /** v3.32 needs as many; some releases before go on with five. */
    private static final int FEWEST_BITS = 6;

    private static final int LAST_PORT = 0xffff;

    private final FelixSettings settings;
    private final Map<String, Set<String>> choices = new TreeMap<>(CHOICES);

    SettingFaults(FelixSettings settings, CalicoVersion version) {
        this.settings = settings;
        if (ReleaseTrait.FILTER_DENY_ACTION.isIn(version)) {
            choices.putAll(LATER_CHOICES);
        }
    }

    /** Those the Felix of a node ends over. */
    List<Crash> of(String node) {
        List<Crash> faults = new ArrayList<>();
        LISTS.stream()
                .sorted()
                .forEach(list -> settings.variable(list)
                        .flatMap(FailsafePorts::unreadable)
                        .ifPresent(part -> faults.add(notPort(ENVIRONMENT, list, part))));
        choices.forEach((field, known) -> settings.variable(field)
                .filter(text -> !known.contains(text.toLowerCase(Locale.ROOT)))
                .ifPresent(text -> faults.add(notOne(ENVIRONMENT, field, text, known))));
        for (String name : List.of(FelixSettings.OF_NODE + node, FelixSettings.DEFAULT)) {
            String object = "FelixConfiguration " + name;
            Optional<String> wrong = unreadable(name);
            if (wrong.isPresent()) {
                faults.add(new Crash(object, wrong.get()));
                continue;
            }
            LISTS.stream()
                    .sorted()
                    .forEach(list -> settings.ports(name, list)
                            .flatMap(FailsafePorts::unreadable)
                            .ifPresent(part -> faults.add(notPort(object, list, part))));
            settings.text(name, MASK)
                    .filter(SettingFaults::isTooSmall)
                    .ifPresent(mask -> faults.add(new Crash(
                            object,
                            MASK + " " + mask + " has too few bits, over which Felix ends: at least " + FEWEST_BITS)));
            choices.forEach((field, known) -> settings.text(name, field)
                    .filter(text -> !known.contains(text.toLowerCase(Locale.ROOT)))
                    .ifPresent(text -> faults.add(notOne(object, field, text, known))));
        }
        return faults;
    }

    private static boolean isTooSmall(String mask) {
        try {
            return Long.bitCount(Long.decode(mask)) < FEWEST_BITS;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static Crash notPort(String object, String field, String part) {
        return new Crash(
                object,
                field + " has '" + part
                        + "', over which Felix ends: a failsafe port is of tcp or udp, with a number and maybe a network");
    }

    private static Crash notOne(String object, String field, String text, Set<String> known) {
        return new Crash(
                object,
                field + " is '" + text + "', over which Felix ends: it has to be one of "
                        + String.join(", ", known.stream().sorted().toList()));
    }

    /** What of it is of another type than Felix wants. */
    private Optional<String> unreadable(String name) {
        for (String list : LISTS.stream().sorted().toList()) {
            JsonNode ports = settings.field(name, list).orElse(null);
            if (ports != null && !isListOfPorts(ports)) {
                return Optional.of(list + " is no list of ports with a protocol, a number and maybe a net, and Felix"
                        + " cannot start with it");
            }
        }
        return FLAGS.stream()
                .sorted()
                .filter(flag -> settings.field(name, flag)
                        .filter(value -> !value.isBoolean())
                        .isPresent())
                .findFirst()
                .map(flag -> flag + " is neither true nor false, and Felix cannot start with it");
    }

    private static boolean isListOfPorts(JsonNode list) {
        return list.isArray()
                && Json.elements(list)
                        .allMatch(port -> port.isNull()
                                || (port.isObject()
                                        && isText(port, "protocol")
                                        && isText(port, "net")
                                        && isPort(Json.get(port, "port"))));
    }

    private static boolean isText(JsonNode object, String field) {
        JsonNode value = Json.get(object, field);
        return value == null || value.isTextual();
    }

    private static boolean isPort(@Nullable JsonNode value) {
        return value == null
                || (value.isIntegralNumber()
                        && value.canConvertToInt()
                        && value.asInt() >= 0
                        && value.asInt() <= LAST_PORT);
    }
}
