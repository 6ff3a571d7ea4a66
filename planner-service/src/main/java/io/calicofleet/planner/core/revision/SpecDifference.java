package io.calicofleet.planner.core.revision;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.WaveSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One field in which two documents of a campaign differ. All components of all records are compared, those of later releases as well: what is
 * not looked at could be changed unseen.
 *
 * @param path where, such as {@code waves[rest].maxConcurrent}
 * @param then what it is
 * @param now what it would be
 */
public record SpecDifference(String path, String then, String now) {

    /** Where it is in a campaign's file, which is arranged otherwise than the event. */
    private static final Map<String, String> IN_FILE = Map.ofEntries(
            Map.entry("onConflict", "customisations.onConflict"),
            Map.entry("upgrade.withoutBase", "customisations.withoutBase"),
            Map.entry("upgrade.onGateFailure", "onGateFailure"),
            Map.entry("upgrade.untestedKubernetes", "kubernetes.untested"),
            Map.entry("upgrade.acceptedOwners", "owners.accept"),
            Map.entry("upgrade.acceptedRollouts", "rollouts.accept"),
            Map.entry("upgrade.chart", "helm.chart"),
            Map.entry("upgrade.appliedBy", "apply"),
            Map.entry("upgrade.migrateToAutomatic", "hostEndpoints.migrateToAutomatic"),
            Map.entry("upgrade.maxConcurrentRestarts", "applicationLayerPolicy.maxConcurrent"),
            Map.entry("upgrade.change", "change"),
            Map.entry("upgrade.change.felixConfiguration", "change.felixConfiguration"),
            Map.entry("upgrade.change.bgpConfiguration", "change.bgpConfiguration"),
            Map.entry("upgrade.change.ipPools", "change.ipPools"),
            Map.entry("upgrade.change.typha", "change.typha"),
            Map.entry("upgrade.change.registry", "change.registry"));

    private static final String NONE = "nothing";

    public SpecDifference {
        requireNonNull(path, "path");
        requireNonNull(then, "then");
        requireNonNull(now, "now");
    }

    /** All that differs, in the order of the document. */
    public static List<SpecDifference> between(CampaignSpec then, CampaignSpec now) {
        List<SpecDifference> found = new ArrayList<>();
        compare("", filled(then), filled(now), found);
        return List.copyOf(found);
    }

    /** Said or not, the defaults hold. */
    private static CampaignSpec filled(CampaignSpec spec) {
        return new CampaignSpec(
                spec.name(),
                spec.procedure(),
                spec.target(),
                spec.clusters(),
                spec.waves(),
                spec.maxConcurrent(),
                spec.failureBudget(),
                spec.gates(),
                spec.onConflict(),
                spec.drillSteps(),
                spec.upgradeOrDefault(),
                spec.schedule(),
                spec.perLabel(),
                spec.unreachable());
    }

    /** For people. */
    public String line() {
        return path + ": " + then + " -> " + now;
    }

    private static void compare(String path, @Nullable Object then, @Nullable Object now, List<SpecDifference> found) {
        if (Objects.equals(then, now)) {
            return;
        }
        if (then instanceof Record one && now instanceof Record other && hasParts(one)) {
            Map<String, @Nullable Object> parts = parts(one);
            Map<String, @Nullable Object> others = parts(other);
            parts.forEach((name, value) ->
                    compare(path.isEmpty() ? name : path + "." + name, value, others.get(name), found));
        } else if (then instanceof List<?> ones && now instanceof List<?> others && isWaves(ones) && isWaves(others)) {
            waves(path, ones, others, found);
        } else {
            found.add(new SpecDifference(IN_FILE.getOrDefault(path, path), text(then), text(now)));
        }
    }

    private static void waves(String path, List<?> ones, List<?> others, List<SpecDifference> found) {
        Map<String, WaveSpec> before = byName(ones);
        Map<String, WaveSpec> after = byName(others);
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        names.forEach(name -> compare(path + "[" + name + "]", before.get(name), after.get(name), found));
        List<String> kept = before.keySet().stream().filter(after::containsKey).toList();
        List<String> moved = after.keySet().stream().filter(before::containsKey).toList();
        if (!kept.equals(moved)) {
            found.add(new SpecDifference(path, String.join(", ", before.keySet()), String.join(", ", after.keySet())));
        }
    }

    private static Map<String, WaveSpec> byName(List<?> waves) {
        Map<String, WaveSpec> byName = new LinkedHashMap<>();
        waves.forEach(wave -> byName.put(((WaveSpec) wave).name().value(), (WaveSpec) wave));
        return byName;
    }

    private static boolean isWaves(List<?> list) {
        return !list.isEmpty() && list.stream().allMatch(WaveSpec.class::isInstance);
    }

    /** Whether a record is more than a text: those are read by a method of that name. */
    private static boolean hasParts(Record value) {
        return Arrays.stream(value.getClass().getDeclaredMethods())
                .noneMatch(method -> Modifier.isStatic(method.getModifiers())
                        && (method.getName().equals("parse") || method.getName().equals("of"))
                        && method.getParameterCount() == 1
                        && method.getParameterTypes()[0].isAssignableFrom(String.class));
    }

    private static Map<String, @Nullable Object> parts(Record value) {
        Map<String, @Nullable Object> parts = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                parts.put(component.getName(), component.getAccessor().invoke(value));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("a component of a record of the contract cannot be read", e);
            }
        }
        return parts;
    }

    private static String text(@Nullable Object value) {
        if (isNothing(value)) {
            return Boolean.FALSE.equals(value) ? "false" : NONE;
        }
        if (value instanceof FieldSetting setting) {
            return setting.toString();
        }
        if (value instanceof Record parted && hasParts(parted)) {
            return parts(parted).entrySet().stream()
                    .filter(part -> !isNothing(part.getValue()))
                    .map(part -> part.getKey() + ": " + text(part.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Collection<?> list) {
            return list.stream().map(SpecDifference::text).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Map<?, ?> map ? new TreeMap<>(map).toString() : String.valueOf(value);
    }

    private static boolean isNothing(@Nullable Object value) {
        return value == null
                || (value instanceof Collection<?> list && list.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || Boolean.FALSE.equals(value);
    }
}
