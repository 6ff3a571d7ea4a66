package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client wants to be shown of objects, by its Accept header. Of one request: the tables of a watch have their columns once. */
final class Representation {

    /** The whole objects. */
    static final Representation FULL = new Representation(Form.FULL, null);

    private static final List<String> FORMS = List.of("as=table", "as=partialobjectmetadata", "as=apigroupdiscovery");

    /** The n of Kubernetes 1.n from which it is told what else there is. */
    private static final int REPRESENTATIONS = 30;

    private static final List<String> SERVED =
            List.of("", "*/*", "application/*", "application/json", "application/yaml");

    private enum Form {
        FULL,
        TABLE,
        METADATA
    }

    private final Form form;
    private final @Nullable Tables tables;

    private Representation(Form form, @Nullable Tables tables) {
        this.form = form;
        this.tables = tables;
    }

    /**
     * What the request wants.
     *
     * @throws ApiException 406 where nothing of what it accepts is served here
     */
    static Representation of(Request request, int minor) {
        boolean served = false;
        for (String each : request.accept().toLowerCase(Locale.ROOT).split(",", -1)) {
            boolean known = !each.contains(";as=") || FORMS.stream().anyMatch(each::contains);
            served |= known && SERVED.contains(each.split(";", -1)[0].trim());
        }
        if (!served) {
            throw new ApiException(
                    406,
                    "NotAcceptable",
                    minor < REPRESENTATIONS
                            ? "406: Not Acceptable"
                            : "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml,"
                                    + " application/vnd.kubernetes.protobuf");
        }
        if (Tables.wanted(request)) {
            return new Representation(Form.TABLE, new Tables(minor, request.parameter("includeObject")));
        }
        return request.accept().contains("as=PartialObjectMetadata") ? new Representation(Form.METADATA, null) : FULL;
    }

    /** What is a list is not shown as one object, and the reverse. */
    static void fits(Request request, ResourceType type, boolean list) {
        String accept = request.accept();
        boolean asList = accept.contains("as=PartialObjectMetadataList");
        boolean fits = !accept.contains("as=PartialObjectMetadata") || asList == list || accept.contains(",");
        if (!fits) {
            throw new ApiException(
                    406,
                    "NotAcceptable",
                    list
                            ? "you requested PartialObjectMetadata, but the requested object is a list (" + go(type)
                                    + "List)"
                            : "you requested PartialObjectMetadataList, but the requested object is not a list ("
                                    + go(type) + ")");
        }
    }

    /** What Go calls a type within the server. */
    private static String go(ResourceType type) {
        if (type.crd() != null) {
            return "*unstructured.Unstructured";
        }
        int dot = type.group().indexOf('.');
        String group = type.group().isEmpty()
                ? "core"
                : dot < 0 ? type.group() : type.group().substring(0, dot);
        return "*" + group + "." + type.kind();
    }

    /** One object. */
    ObjectNode of(ResourceType type, ObjectNode object) {
        if (tables != null) {
            ObjectNode metadata = Json.object();
            metadata.set("resourceVersion", object.path("metadata").path("resourceVersion"));
            return tables.of(type, List.of(object), metadata);
        }
        return form == Form.FULL ? object : metadata(object);
    }

    /** A list; the items of built-in types do not tell their kind. */
    ObjectNode of(ResourceType type, List<ObjectNode> objects, ObjectNode metadata) {
        if (tables != null) {
            return tables.of(type, objects, metadata);
        }
        ObjectNode list = form == Form.METADATA
                ? partial("PartialObjectMetadataList")
                : Json.object().put("kind", type.kind() + "List").put("apiVersion", type.apiVersion());
        list.set("metadata", metadata);
        var items = list.putArray("items");
        for (ObjectNode object : objects) {
            ObjectNode item = of(type, object);
            if (form == Form.FULL && type.crd() == null) {
                item = Json.shallow(item);
                item.remove(List.of("kind", "apiVersion"));
            }
            items.add(item);
        }
        return list;
    }

    /** The metadata of an object, and nothing else of it. */
    static ObjectNode metadata(ObjectNode object) {
        return partial("PartialObjectMetadata").set("metadata", object.path("metadata"));
    }

    private static ObjectNode partial(String kind) {
        return Json.object().put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
    }
}
