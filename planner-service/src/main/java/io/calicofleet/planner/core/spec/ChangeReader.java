package io.calicofleet.planner.core.spec;

import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.IpPoolChange;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.event.TyphaChange;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.planner.core.document.ObjectReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a campaign changes in place of going to a release. Which fields there are is known only in each cluster. */
final class ChangeReader {

    private static final String FELIX = "felixConfiguration";
    private static final String BGP = "bgpConfiguration";
    private static final String POOLS = "ipPools";
    private static final String TYPHA = "typha";
    private static final String REPLICAS = "replicas";
    private static final int MOST_REPLICAS = 1000;
    private static final String REGISTRY = "registry";
    private static final int LONGEST_PLACE = 253;
    private static final String WORD = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*";
    private static final String HOST = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
    private static final Pattern FOLDER = Pattern.compile(WORD + "(?:/" + WORD + ")*");
    private static final Pattern PREFIX = Pattern.compile(WORD + "[._-]?");

    /** What has neither a dot nor a port is a folder of Docker Hub to whoever pulls. */
    private static final Pattern PLACE = Pattern.compile("(?:localhost|" + HOST + "(?:\\." + HOST + ")+|" + HOST
            + "(?=:))(?::[0-9]{1,5})?(?:/" + FOLDER.pattern() + ")?");

    private static final String FIELDS = "fields";
    private static final int MOST_FIELDS = 50;
    private static final int MOST_POOLS = 100;
    private static final int LONGEST_VALUE = 10_000;
    private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,99}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

    private ChangeReader() {}

    /** The change; what is wrong with it is noted in the reader. */
    static ChangeSpec read(ObjectReader reader) {
        boolean felix = reader.has(FELIX);
        boolean bgp = reader.has(BGP);
        boolean pools = reader.has(POOLS);
        boolean typha = reader.has(TYPHA);
        boolean registry = reader.has(REGISTRY);
        if (!felix && !bgp && !pools && !typha && !registry) {
            reader.problem(
                    FELIX,
                    "is missing, and so are " + BGP + ", " + POOLS + ", " + TYPHA + " and " + REGISTRY + ".",
                    "fields with their values, such as logSeverityScreen: Warning");
        }
        ChangeSpec change = new ChangeSpec(
                felix ? fields(reader, FELIX) : List.of(),
                bgp ? fields(reader, BGP) : List.of(),
                pools(reader, pools),
                typha ? typha(reader.object(TYPHA)) : null,
                registry ? registry(reader.object(REGISTRY)) : null);
        reader.finish();
        return change;
    }

    private static List<IpPoolChange> pools(ObjectReader reader, boolean there) {
        List<ObjectReader> entries = reader.objects(POOLS);
        if (there && (entries.isEmpty() || entries.size() > MOST_POOLS)) {
            reader.problem(POOLS, "has " + entries.size() + " entries.", "1 to " + MOST_POOLS + " entries");
        }
        List<IpPoolChange> pools = new ArrayList<>();
        Set<String> said = new HashSet<>();
        for (ObjectReader entry : entries) {
            CampaignSpecReader.exactlyOne(
                    entry, List.of("names", "cidrs"), "one of names: [default-ipv4-ippool], cidrs: [0.0.0.0/0]");
            List<String> names = entry.values("names", ChangeReader::name, "names of IPPools");
            List<String> cidrs = entry.values("cidrs", ChangeReader::cidr, "networks, such as 10.0.0.0/8");
            for (String list : List.of("names", "cidrs")) {
                if (entry.isEmptyList(list)) {
                    entry.problem(list, "says no pool.", "at least one");
                }
            }
            if (!entry.has(FIELDS)) {
                entry.problem(FIELDS, "is missing.", "fields with their values, such as natOutgoing: true");
            }
            List<FieldSetting> fields = entry.has(FIELDS) ? fields(entry, FIELDS) : List.of();
            entry.finish();
            pools.add(new IpPoolChange(names, cidrs, fields));
            names.forEach(name -> fields.stream()
                    .filter(field -> !said.add(name + " " + field.field()))
                    .forEach(field -> entry.problem(
                            FIELDS, "gives " + field.field() + " of " + name + ", which an entry before does.", "")));
        }
        return pools;
    }

    private static @Nullable TyphaChange typha(ObjectReader reader) {
        if (!reader.has(REPLICAS)) {
            reader.problem(REPLICAS, "is missing.", "a number from 0 to " + MOST_REPLICAS);
        }
        Integer replicas = reader.integer(REPLICAS, 0, MOST_REPLICAS);
        reader.finish();
        return replicas == null ? null : new TyphaChange(replicas);
    }

    private static @Nullable RegistryChange registry(ObjectReader reader) {
        String registry = reader.required(
                REGISTRY, text -> fitting(PLACE, plain(text), "registry"), "such as reg.example.com:5000/mirror");
        String path = reader.value(
                "imagePath", text -> fitting(FOLDER, plain(text), "folder of a registry"), "such as mirror/calico");
        String prefix = reader.value(
                "imagePrefix", text -> fitting(PREFIX, text, "beginning of names of images"), "such as calico-");
        List<String> secrets = reader.values("imagePullSecrets", ChangeReader::name, "names of Secrets");
        if (reader.isEmptyList("imagePullSecrets")) {
            reader.problem("imagePullSecrets", "names no Secret.", "at least one, or leave it out");
        }
        reader.finish();
        return registry == null ? null : new RegistryChange(registry, path, prefix, secrets);
    }

    private static String fitting(Pattern pattern, String text, String what) {
        if (text.length() > LONGEST_PLACE || !pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is no " + what + ".");
        }
        return text;
    }

    /** As an Installation has it, with a slash at its end, or without. */
    private static String plain(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static List<FieldSetting> fields(ObjectReader reader, String kind) {
        Map<String, @Nullable Object> fields = reader.trees(kind);
        if (fields.isEmpty() || fields.size() > MOST_FIELDS) {
            reader.problem(kind, "has " + fields.size() + " fields.", "1 to " + MOST_FIELDS + " fields");
        }
        List<FieldSetting> settings = new ArrayList<>();
        fields.forEach((name, value) -> {
            String where = kind + "." + name;
            String json = value == null ? null : Json.written(value);
            if (json != null && json.length() > LONGEST_VALUE) {
                reader.problem(where, "is longer than " + LONGEST_VALUE + " characters.", "");
                return;
            }
            if (FIELD.matcher(name).matches()) {
                settings.add(new FieldSetting(name, json));
            } else {
                reader.problem(where, "'" + name + "' is no name of a field.", "letters and digits");
            }
        });
        return settings;
    }

    private static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is no name.");
        }
        return text;
    }

    private static String cidr(String text) {
        Cidr cidr = Cidr.parse(text);
        if (cidr == null || !text.contains("/")) {
            throw new IllegalArgumentException("'" + text + "' is no network such as 10.0.0.0/8.");
        }
        return cidr.toString();
    }
}
