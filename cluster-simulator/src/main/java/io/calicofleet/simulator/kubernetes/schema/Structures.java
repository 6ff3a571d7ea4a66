package io.calicofleet.simulator.kubernetes.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.schema.Structure.Form;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrArray;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrBool;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The structures of the built-in kinds, read from the classes of the Kubernetes model. */
public final class Structures {

    private static final String MODEL = "io.fabric8.kubernetes.api.model.";
    /** The model keeps these groups in packages of other names. */
    private static final Map<String, String> PACKAGES = Map.of("apiregistration", "", "rbac", "rbac.");
    /** Texts that the API server reads as times. */
    private static final Set<String> TIMES = Set.of(
            "creationTimestamp",
            "deletionTimestamp",
            "time",
            "lastTransitionTime",
            "lastProbeTime",
            "lastUpdateTime",
            "lastScheduleTime",
            "lastSuccessfulTime",
            "completionTime",
            "firstTimestamp",
            "lastTimestamp",
            "startedAt",
            "finishedAt");
    /** Texts, or maps of them, that the API server reads as base64. */
    private static final Set<String> BYTES = Set.of(
            "Secret.data",
            "ConfigMap.binaryData",
            "WebhookClientConfig.caBundle",
            "ServiceReference.caBundle",
            "APIServiceSpec.caBundle");

    private static final Map<String, Optional<Structure>> BY_KIND = new ConcurrentHashMap<>();
    private static final Map<Class<?>, Structure> BY_CLASS = new ConcurrentHashMap<>();

    private Structures() {}

    /** What objects of a type are; null for custom ones and those the model does not have. */
    public static @Nullable Structure of(ResourceType type) {
        if (type.crd() != null || type.has("aggregated")) {
            return null;
        }
        return BY_KIND.computeIfAbsent(
                        type.apiVersion() + "/" + type.kind(),
                        key -> Optional.ofNullable(modelClass(type)).map(Structures::ofClass))
                .orElse(null);
    }

    /** What the metadata of every object is. */
    public static Structure metadata() {
        return ofClass(ObjectMeta.class);
    }

    /** What a request for a token is, which is no type that is served by itself. */
    public static Structure tokenRequest() {
        return ofClass(TokenRequest.class);
    }

    private static @Nullable Class<?> modelClass(ResourceType type) {
        int dot = type.group().indexOf('.');
        String group = dot < 0 ? type.group() : type.group().substring(0, dot);
        String of = PACKAGES.getOrDefault(group, group.isEmpty() ? "" : group + ".");
        for (String place : List.of(of + type.version() + ".", of)) {
            try {
                return Class.forName(MODEL + place + type.kind());
            } catch (ClassNotFoundException next) {
                // the model has it elsewhere, or not at all
            }
        }
        return null;
    }

    private static Structure ofClass(Class<?> type) {
        synchronized (BY_CLASS) {
            Structure known = BY_CLASS.get(type);
            if (known != null) {
                return known;
            }
            Structure structure = new Structure(Form.OBJECT, type.getSimpleName(), null);
            BY_CLASS.put(type, structure);
            for (Field field : type.getDeclaredFields()) {
                JsonProperty property = field.getAnnotation(JsonProperty.class);
                if (property != null) {
                    String name = property.value();
                    boolean bytes = BYTES.contains(structure.name() + "." + name);
                    structure.define(name, of(field.getGenericType(), name, bytes));
                }
            }
            return structure;
        }
    }

    private static Structure of(Type type, String name, boolean bytes) {
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            Form form = of.length == 1 ? Form.LIST : Form.MAP;
            return new Structure(form, "", of(of[of.length - 1], "", bytes));
        }
        if (!(type instanceof Class<?> plain)) {
            return Structure.UNKNOWN;
        }
        if (plain == String.class) {
            return scalar(bytes ? Form.BYTES : TIMES.contains(name) ? Form.TIME : Form.STRING);
        }
        if (plain == Integer.class || plain == Long.class) {
            return scalar(plain == Integer.class ? Form.INTEGER : Form.LONG);
        }
        if (plain == JSONSchemaPropsOrArray.class || plain == JSONSchemaPropsOrBool.class) {
            Form form = plain == JSONSchemaPropsOrArray.class ? Form.OBJECT_OR_LIST : Form.OBJECT_OR_BOOLEAN;
            return new Structure(form, "", ofClass(JSONSchemaProps.class));
        }
        if (plain == Double.class || plain == Float.class) {
            return scalar(Form.NUMBER);
        }
        if (plain == Boolean.class) {
            return scalar(Form.BOOLEAN);
        }
        if (plain == ZonedDateTime.class || plain == MicroTime.class) {
            return scalar(Form.TIME);
        }
        if (plain == Quantity.class) {
            return scalar(Form.QUANTITY);
        }
        if (plain == IntOrString.class) {
            return scalar(Form.INT_OR_STRING);
        }
        boolean open = plain.isInterface()
                || plain.getSimpleName().contains("Or")
                || Set.of("RawExtension", "FieldsV1").contains(plain.getSimpleName());
        return open || !KubernetesResource.class.isAssignableFrom(plain) ? Structure.UNKNOWN : ofClass(plain);
    }

    private static Structure scalar(Form form) {
        return new Structure(form, "", null);
    }
}
