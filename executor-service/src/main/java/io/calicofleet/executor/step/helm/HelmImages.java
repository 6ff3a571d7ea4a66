package io.calicofleet.executor.step.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.merge.Decisions;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageMove;
import io.calicofleet.model.image.ImageReference;
import java.util.List;

/**
 * The images that a chart takes apart into values. Where they come from, a registry or a path of people's, stays as they
 * gave it; their versions follow the rule for all images ({@link ImageMove}): what was the old chart's own becomes the new
 * one's, and what people pinned to something else is asked.
 *
 * @param at the value they are under
 * @param container the container that runs it
 * @param version the value below with the version
 */
record HelmImages(String at, String container, String version) {

    private static final List<OnConflict> BOTH = List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW);

    private static final List<HelmImages> ALL = List.of(
            new HelmImages("tigeraOperator", ImageMove.OPERATOR, "version"),
            new HelmImages("calicoctl", "calicoctl", "tag"));

    /** Whether the value at this path is the version of an image, which is decided here. */
    static boolean isVersion(String path) {
        return ALL.stream().anyMatch(image -> path.equals(image.path()));
    }

    /** Whether the value at this path says where an image comes from, which is people's to say. */
    static boolean isPlace(String path) {
        return ALL.stream().anyMatch(image -> path.equals(image.at + ".image") || path.equals(image.at + ".registry"));
    }

    /**
     * Decides about the versions among {@code values}, which are changed.
     *
     * @param object the release, as events name it
     * @param base the values of the chart installed
     * @param target those of the new chart
     */
    static void decide(
            String object,
            ObjectNode values,
            JsonNode base,
            JsonNode target,
            Decisions decisions,
            List<FieldConflict> conflicts,
            List<String> notes) {
        for (HelmImages image : ALL) {
            if (values.get(image.at) instanceof ObjectNode mine
                    && !Json.text(mine, image.version).isEmpty()
                    && target.path(image.at).has(image.version)) {
                image.decideOne(object, mine, base.path(image.at), target.path(image.at), decisions, conflicts, notes);
            }
        }
    }

    private void decideOne(
            String object,
            ObjectNode mine,
            JsonNode base,
            JsonNode target,
            Decisions decisions,
            List<FieldConflict> conflicts,
            List<String> notes) {
        String has = Json.text(mine, version);
        String was = Json.text(base, version);
        String wants = Json.text(target, version);
        ImageMove move = ImageMove.of(
                container,
                was.isEmpty() ? null : reference(Json.object(), base, was),
                reference(mine, base, has),
                reference(mine, target, wants));
        switch (move) {
            case ImageMove.Take take -> set(mine, version(take.image()), wants, notes);
            case ImageMove.Ask ask -> {
                FieldConflict conflict =
                        new FieldConflict(object, path(), was, has, version(ask.take()), ask.why(), BOTH);
                switch (decisions.on(conflict)) {
                    case KEEP_MINE -> set(mine, version(ask.keep()), wants, notes);
                    case TAKE_NEW -> set(mine, version(ask.take()), wants, notes);
                    case HOLD -> conflicts.add(conflict);
                }
            }
        }
    }

    /** What the new chart says itself is left out, so that the next upgrade finds nothing to decide. */
    private void set(ObjectNode mine, String chosen, String wants, List<String> notes) {
        String had = Json.text(mine, version);
        if (chosen.equals(wants)) {
            mine.remove(version);
        } else {
            mine.put(version, chosen);
        }
        if (!had.equals(chosen)) {
            notes.add("the value " + path() + " was " + had + " and is " + chosen
                    + (chosen.equals(wants) ? ", as the new chart has it" : ""));
        }
    }

    private String path() {
        return at + "." + version;
    }

    /** The image that a chart makes of values, where people gave no others. */
    private static ImageReference reference(JsonNode mine, JsonNode chart, String version) {
        String registry = mine.path("registry").asText(Json.text(chart, "registry"));
        String image = mine.path("image").asText(Json.text(chart, "image"));
        return ImageReference.parse(
                (registry.isEmpty() || registry.endsWith("/") ? registry : registry + "/") + image + ":" + version);
    }

    private static String version(ImageReference image) {
        return image.tag() + (image.digest().isEmpty() ? "" : "@" + image.digest());
    }
}
