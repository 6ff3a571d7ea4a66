package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.model.document.Suggestion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A field of the campaign file, as {@code campaign.schema.json} of the event contract describes it: the one declaration.
 *
 * @param path such as {@code waves[].clusters.count}; empty for the file itself
 * @param type what is written there, in a word or two
 * @param fallback what stands where nothing is written, as JSON or in words; empty where nothing does
 * @param required whether it has to be there where what it belongs to is
 * @param meaning what it is for
 * @param allowed which values it takes, in words; empty where its type says all
 * @param constants the values it takes, each with what it means; empty where they are not counted
 * @param fields those below it, in the order of the schema
 */
record CampaignField(
        String path,
        String type,
        String fallback,
        boolean required,
        String meaning,
        String allowed,
        Map<String, String> constants,
        List<CampaignField> fields) {

    /** What a person writes before the path of a field. */
    static final String ROOT = "campaign";

    CampaignField {
        constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        fields = List.copyOf(fields);
    }

    /** The file with all its fields. */
    static CampaignField file() {
        return CampaignSchema.read();
    }

    /** Whether a person means a field, and no campaign or cluster, which are then named with their kind. */
    static boolean meant(String subject) {
        return subject.equals(ROOT) || subject.startsWith(ROOT + ".");
    }

    /**
     * The field at a path a person writes, {@code campaign.waves.soak} or {@code campaign.waves[0].soak}.
     *
     * @throws CliException where there is none, with the nearest and with those that are there
     */
    CampaignField find(String subject) {
        CampaignField at = this;
        String[] names = subject.split("\\.", -1);
        for (int i = 1; i < names.length; i++) {
            String name = names[i].replaceFirst("\\[.*]$", "");
            CampaignField within = at;
            at = at.fields().stream()
                    .filter(field -> field.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> within.unknown(name));
        }
        return at;
    }

    /** As it is written in the file. */
    String name() {
        return path.replaceFirst("^.*\\.", "").replace("[]", "");
    }

    /** Its path as people type it, without brackets, which some shells take for a pattern: {@code campaign.waves.soak}. */
    String subject() {
        return path.isEmpty() ? ROOT : ROOT + "." + path.replace("[]", "");
    }

    /** It and all below it. */
    List<CampaignField> all() {
        List<CampaignField> all = new ArrayList<>(List.of(this));
        fields.forEach(field -> all.addAll(field.all()));
        return all;
    }

    /** For programs. */
    ObjectNode json() {
        ObjectNode json = FleetClient.body().put("field", path).put("type", type);
        if (!fallback.isEmpty()) {
            json.put("default", fallback);
        }
        json.put("required", required).put("meaning", meaning);
        if (!allowed.isEmpty()) {
            json.put("allowed", allowed);
        }
        if (!constants.isEmpty()) {
            ObjectNode values = json.putObject("values");
            constants.forEach(values::put);
        }
        if (!fields.isEmpty()) {
            ArrayNode below = json.putArray("fields");
            fields.forEach(field -> below.add(field.json()));
        }
        return json;
    }

    private CliException unknown(String name) {
        List<String> names = fields.stream().map(CampaignField::name).toList();
        if (names.isEmpty()) {
            return CliException.usage("there is nothing below " + subject() + ": it is a " + type);
        }
        String nearest = Suggestion.of(name, names);
        String elsewhere = nearest.isEmpty()
                ? file().all().stream()
                        .filter(field -> field.name().equals(name))
                        .map(field -> "; there is " + field.subject())
                        .findFirst()
                        .orElse("")
                : "; did you mean " + subject() + "." + nearest + "?";
        return CliException.usage("there is no field '" + name + "' in " + subject() + elsewhere + "\n  it has "
                + String.join(", ", names));
    }
}
