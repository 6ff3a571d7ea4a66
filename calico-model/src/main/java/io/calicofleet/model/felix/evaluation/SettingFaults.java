package io.calicofleet.model.felix.evaluation;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.felix.evaluation.Felix.Crash;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings over which Felix ends as soon as it starts, wherever they stand: what cannot be read of a setting that has to be
 * right (felix/config/config_params.go, die-on-fail), {@code none} for one that must not be, and a FelixConfiguration with a
 * value of another type, which is read as a whole or not at all. What Felix replaces by its default is no fault.
 */
final class SettingFaults {

    private static final String ENVIRONMENT = "the environment of calico-node";
    private static final String FAILSAFE = "failsafe";

    private final FelixSettings settings;
    private final CalicoVersion version;
    private final List<Setting> known;

    SettingFaults(FelixSettings settings, CalicoVersion version) {
        this.settings = settings;
        this.version = version;
        this.known = Setting.of(version);
    }

    /** Those the Felix of a node ends over. */
    List<Crash> of(String node) {
        List<Crash> faults = new ArrayList<>();
        known.forEach(setting -> settings.variable(setting.name())
                .flatMap(text -> fault(setting, text))
                .ifPresent(why -> faults.add(new Crash(ENVIRONMENT, why))));
        for (String name : List.of(FelixSettings.OF_NODE + node, FelixSettings.DEFAULT)) {
            Optional<String> unread = unreadable(name);
            if (unread.isPresent()) {
                faults.add(new Crash(object(name), unread.get()));
                continue;
            }
            known.forEach(setting -> setting.in(settings, name)
                    .flatMap(text -> fault(setting, text))
                    .ifPresent(why -> faults.add(new Crash(object(name), why))));
        }
        if (!ReleaseTrait.FAILSAFE_NETS.isIn(version)) {
            return faults.stream().distinct().toList();
        }
        boolean selecting = ReleaseTrait.FAILSAFE_OF_SELECTED_NODES.isIn(version);
        settings.names().stream()
                .filter(name -> selecting || FelixSettings.isOfAllOrOfOne(name))
                .filter(name -> unreadable(name).isEmpty())
                .forEach(name -> settings.brokenNet(name)
                        .ifPresent(net -> faults.add(new Crash(
                                object(name),
                                "a failsafe port has the net '" + net
                                        + "', which is no network, and over which every Felix panics"))));
        return faults.stream().distinct().toList();
    }

    /** FelixConfigurations that cannot be read. */
    List<Crash> unreadable() {
        return settings.names().stream()
                .flatMap(name -> unreadable(name).stream().map(why -> new Crash(object(name), why)))
                .toList();
    }

    private static String object(String name) {
        return "FelixConfiguration " + name;
    }

    private Optional<String> fault(Setting setting, String text) {
        if (setting.must().equals(FAILSAFE)) {
            return FailsafePorts.unreadable(text)
                    .map(
                            part -> setting.field() + " has '" + part
                                    + "', over which Felix ends: a failsafe port is of tcp or udp, with a number and maybe a network");
        }
        if (text.equalsIgnoreCase(FelixSettings.NONE)) {
            return setting.noneAllowed()
                    ? Optional.empty()
                    : Optional.of(
                            setting.field() + " is '" + text + "', over which Felix ends: it has to be something");
        }
        return setting.must().isEmpty() || SettingValues.isTaken(setting.must(), text, version)
                ? Optional.empty()
                : Optional.of(setting.field() + " is '" + text + "', over which Felix ends: it has to be "
                        + SettingValues.wanted(setting.must()));
    }

    /** What of it is of another type than Felix wants. */
    private Optional<String> unreadable(String name) {
        return settings.problem(name)
                .or(() -> known.stream()
                        .filter(setting -> settings.field(name, setting.field())
                                .flatMap(value -> Optional.ofNullable(Json.present(value)))
                                .filter(value -> !SettingValues.isOf(setting.type(), value))
                                .isPresent())
                        .map(Setting::field)
                        .findFirst()
                        .map(field -> field + " is of another type than Felix reads, and Felix cannot start with it"));
    }
}
