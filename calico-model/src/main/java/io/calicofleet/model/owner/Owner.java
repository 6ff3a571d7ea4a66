package io.calicofleet.model.owner;

import static io.calicofleet.model.owner.Mark.annotation;
import static io.calicofleet.model.owner.Mark.argoInstance;
import static io.calicofleet.model.owner.Mark.clusterType;
import static io.calicofleet.model.owner.Mark.helmChart;
import static io.calicofleet.model.owner.Mark.helmRelease;
import static io.calicofleet.model.owner.Mark.hostPath;
import static io.calicofleet.model.owner.Mark.k3sAddon;
import static io.calicofleet.model.owner.Mark.key;
import static io.calicofleet.model.owner.Mark.keys;
import static io.calicofleet.model.owner.Mark.label;
import static io.calicofleet.model.owner.Mark.manager;
import static io.calicofleet.model.owner.Mark.named;
import static io.calicofleet.model.owner.Mark.ownedByAnother;
import static io.calicofleet.model.owner.Mark.rancherSet;
import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * Somebody who keeps objects in clusters beside us: a row of the table of owners. A row is all there is to add; the campaign's
 * schema and {@code docs/reference/owners.md} are held to it.
 *
 * <p>Not acceptable are those that put their own version back at once and for ever, so that an upgrade can only end where
 * it began.
 *
 * @param id the name in a campaign file, such as argo-cd
 * @param title what it is called
 * @param effect what it does to a change of ours; after "it"
 * @param advice what to do about it, in sentences
 * @param acceptable whether a campaign may accept it
 * @param marks what it is recognised by on an object
 */
public record Owner(String id, String title, String effect, String advice, boolean acceptable, List<Mark> marks) {

    /** All of them. */
    public static final List<Owner> TABLE = List.of(
            owner(
                    "argo-cd",
                    "Argo CD",
                    "puts its own version back: within seconds to three minutes where it heals itself, else at its next sync",
                    "Change the version in Git and let Argo CD sync it, or switch its automated sync off for as long as the"
                            + " campaign takes and bring Git to the target before it is switched on again.",
                    annotation("argocd.argoproj.io/tracking-id"),
                    annotation("argocd.argoproj.io/installation-id"),
                    label("argocd.argoproj.io/instance"),
                    argoInstance(),
                    manager("argocd-controller", "argocd-application-controller")),
            owner(
                    "flux-kustomize",
                    "Flux (Kustomization)",
                    "puts its own version back at its next reconciliation, every ten minutes or as its interval says",
                    "Change the version in Git, or run `flux suspend kustomization NAME` for as long as the campaign takes and"
                            + " bring Git to the target before `flux resume`.",
                    label("kustomize.toolkit.fluxcd.io/name")
                            .unless("kustomize.toolkit.fluxcd.io/reconcile", "disabled"),
                    manager("kustomize-controller").unless("kustomize.toolkit.fluxcd.io/reconcile", "disabled")),
            owner(
                    "flux-helm",
                    "Flux (HelmRelease)",
                    "runs Helm with its own version again at each change of the HelmRelease or its chart, and at the next"
                            + " reconciliation where it detects drift",
                    "Change the chart's version in the HelmRelease, or run `flux suspend helmrelease NAME` for as long as the"
                            + " campaign takes and bring the HelmRelease to the target before `flux resume`.",
                    // AKS runs it where its users cannot reach it, see there.
                    label("helm.toolkit.fluxcd.io/name").unless("meta.helm.sh/release-name", "aks-managed-.*"),
                    manager("helm-controller")),
            owner(
                    "rancher-fleet",
                    "Rancher (Fleet)",
                    "puts its own version back at its next deployment of the bundle, within minutes where drift is corrected",
                    "Change the version in the Git repository of the bundle, or pause the GitRepo for as long as the campaign"
                            + " takes.",
                    rancherSet(),
                    keys("fleet.cattle.io/"),
                    manager("fleetagent")),
            owner(
                    "k3s-addon",
                    "k3s or RKE2 (addon)",
                    "applies its file again at each start of a server and each change of the file, and creates what was deleted",
                    "Put the target's manifest into /var/lib/rancher/k3s/server/manifests (rke2 on RKE2) on every server, or"
                            + " mark the file with a .skip beside it before the campaign.",
                    k3sAddon(),
                    manager("deploy@.*")),
            owner(
                    "helm-chart",
                    "Helm controller of k3s and RKE2 (HelmChart)",
                    "runs Helm with its own version again at each change of the HelmChart and each start of a server",
                    "Change the version in the HelmChart, or give the values of the target in a HelmChartConfig.",
                    helmChart()),
            owner(
                    "rke2",
                    "RKE2",
                    "installs the Calico it was built with again at each start of a server",
                    "Upgrade RKE2, which brings its Calico with it, and skip this cluster.",
                    false,
                    named(
                            "a HelmChart, HelmChartConfig, DaemonSet or Deployment called `rke2-calico*` or `rke2-canal*`",
                            Set.of("HelmChart", "HelmChartConfig", "DaemonSet", "Deployment"),
                            "rke2-(calico|canal).*")),
            owner(
                    "rke",
                    "RKE (network plugin job)",
                    "applies its own version again when somebody runs `rke up`, or Rancher does",
                    "Upgrade the cluster with `rke up`, or have an RKE configuration with `network: {plugin: none}` first.",
                    named("the Job `rke-network-plugin-deploy-job`", Set.of("Job"), "rke-network-plugin-deploy-job")),
            owner(
                    "microk8s",
                    "MicroK8s",
                    "applies its cni.yaml again when a node leaves, when the first one joins and at a reset, and"
                            + " brings its own Calico with some upgrades of the snap",
                    "Put the target's manifest, with the paths of the snap, into"
                            + " /var/snap/microk8s/current/args/cni-network/cni.yaml on every node, and create the empty"
                            + " file /var/snap/microk8s/current/var/lock/no-manage-calico there.",
                    hostPath("/var/snap/microk8s/")),
            owner(
                    "k0s",
                    "k0s",
                    "applies its stack again at each start of a controller and each change of its manifests",
                    "Change the images in `spec.images.calico` of the k0s configuration, or the files in"
                            + " /var/lib/k0s/manifests, or use `network: {provider: custom}`.",
                    label("k0s.k0sproject.io/stack")),
            owner(
                    "kops",
                    "kops",
                    "applies its own version again at the next `kops update cluster` that changes the addon",
                    "Upgrade kops, which brings its Calico with it, or use `networking: {cni: {}}`.",
                    keys("addon.kops.k8s.io/"),
                    label("app.kubernetes.io/managed-by", "kops")),
            owner(
                    "kubeone",
                    "KubeOne",
                    "applies its own version again when somebody runs `kubeone apply`",
                    "Upgrade KubeOne, or use `clusterNetwork: {cni: {external: {}}}`.",
                    label("kubeone.io/addon")),
            owner(
                    "kubermatic",
                    "Kubermatic Kubernetes Platform (addon)",
                    "applies its own version again whenever it looks at the addon, mostly within minutes, and deletes"
                            + " what that does not have",
                    "Change `spec.cniPlugin.version` of the Cluster in the seed, and skip this cluster.",
                    false,
                    label("kubermatic-addon")),
            owner(
                    "juju",
                    "Charmed Kubernetes (charm of Juju)",
                    "applies its own version again, by force, at each change of the charm's configuration and of etcd,"
                            + " and at its upgrade",
                    "Run `juju refresh` for the charm, which brings its Calico with it, or change what the charm"
                            + " applies before its configuration changes again.",
                    key("juju.io/manifest")),
            owner(
                    "kubespray",
                    "Kubespray",
                    "applies its own version again when somebody runs its playbooks",
                    "Change `calico_version` in the inventory and run `upgrade-cluster.yml`, or set it there before somebody"
                            + " runs the playbooks again.",
                    clusterType("kubespray")),
            owner(
                    "cluster-api",
                    "Cluster API (ClusterResourceSet, add-on provider) or another controller called manager",
                    "leaves them alone (strategy ApplyOnce), or applies its own version again when its ConfigMap changes"
                            + " (Reconcile) or its provider runs Helm",
                    "Change the version in the ConfigMap or HelmChartProxy in the management cluster first.",
                    manager("manager")),
            owner(
                    "gke",
                    "GKE",
                    "puts its own version back within a minute, for ever",
                    "Upgrade the cluster's version, which brings its Calico with it, and skip this cluster.",
                    false,
                    keys("components.gke.io/")),
            owner(
                    "eks",
                    "EKS (add-on)",
                    "puts its own version back, for ever",
                    "Upgrade the add-on by EKS, and skip this cluster.",
                    false,
                    key("eks.amazonaws.com/component"),
                    manager("eks")),
            owner(
                    "aks",
                    "AKS",
                    "puts its own version back within minutes, for ever",
                    "Upgrade the cluster's version, which brings its Calico with it, and skip this cluster.",
                    false,
                    key("kubernetes.azure.com/managedby"),
                    annotation("meta.helm.sh/release-name", "aks-managed-.*")),
            owner(
                    "addon-manager",
                    "the addon manager of Kubernetes",
                    "puts its own version back within a minute, for ever",
                    "Change the manifest in /etc/kubernetes/addons on the control plane, and skip this cluster.",
                    false,
                    label("addonmanager.kubernetes.io/mode", "Reconcile")),
            owner(
                    "addon-manager-ensure-exists",
                    "the addon manager of Kubernetes (EnsureExists)",
                    "leaves a change alone, and creates its own version again where an object was deleted",
                    "Change the manifest in /etc/kubernetes/addons on the control plane too.",
                    label("addonmanager.kubernetes.io/mode", "EnsureExists")),
            owner(
                    "gardener",
                    "Gardener",
                    "puts its own version back within a minute, for ever",
                    "Upgrade the shoot's networking extension, and skip this cluster.",
                    false,
                    label("resources.gardener.cloud/managed-by", "gardener"),
                    manager("gardener-resource-manager")),
            owner(
                    "olm",
                    "Operator Lifecycle Manager",
                    "puts the operator of its ClusterServiceVersion back at once, for ever",
                    "Upgrade the operator by its Subscription, and skip this cluster.",
                    false,
                    label("olm.owner"),
                    label("olm.managed", "true")),
            owner(
                    "talos",
                    "Talos",
                    "leaves what exists alone, creates what was deleted, and applies its own version at"
                            + " `talosctl upgrade-k8s`",
                    "Change the manifests in the machine configuration of the control plane nodes too.",
                    manager("talos")),
            owner(
                    "crossplane",
                    "Crossplane",
                    "puts its own version back within minutes",
                    "Change the version in the Object or Release in the control plane of Crossplane, or pause it with the"
                            + " annotation crossplane.io/paused.",
                    keys("crossplane.io/"),
                    manager("crossplane.*", "provider-kubernetes.*", "provider-helm.*")),
            owner(
                    "sveltos",
                    "Sveltos",
                    "puts its own version back within minutes where its mode is ContinuousWithDriftDetection, else at the next"
                            + " change of the profile",
                    "Change the version in the ClusterProfile.",
                    keys("projectsveltos.io/")),
            owner(
                    "config-sync",
                    "Config Sync",
                    "puts its own version back at once, and at each sync",
                    "Change the version in the repository of the RootSync, or annotate the objects"
                            + " `configmanagement.gke.io/managed: disabled` there for as long as the campaign takes.",
                    annotation("configmanagement.gke.io/managed", "enabled"),
                    manager("configsync")),
            owner(
                    "open-cluster-management",
                    "Open Cluster Management",
                    "puts its own version back within minutes",
                    "Change the version in the ManifestWork, or the policy, of the hub first.",
                    manager("work-agent")),
            owner(
                    "karmada",
                    "Karmada",
                    "puts its own version back at once",
                    "Change the version in the template in Karmada's control plane first, or suspend its propagation"
                            + " for as long as the campaign takes.",
                    keys("work.karmada.io/")),
            owner(
                    "kubevela",
                    "KubeVela",
                    "puts its own version back within minutes, unless a policy of its Application says otherwise",
                    "Change the version in the Application first.",
                    keys("app.oam.dev/")),
            owner(
                    "kapp",
                    "kapp or kapp-controller",
                    "puts its own version back at the next deployment: every few minutes by kapp-controller, or when somebody"
                            + " runs kapp",
                    "Change the version in the App or PackageInstall, or set `spec.paused: true` for as long as the campaign"
                            + " takes.",
                    key("kapp.k14s.io/app"),
                    key("kapp.k14s.io/association"),
                    annotation("kapp.k14s.io/identity"),
                    manager("kapp", "kapp-controller")),
            owner(
                    "terraform",
                    "Terraform or OpenTofu",
                    "puts its own version back when somebody applies the configuration again",
                    "Change the version in the configuration before it is applied again.",
                    manager("Terraform", "HashiCorp")),
            owner(
                    "pulumi",
                    "Pulumi",
                    "puts its own version back when somebody runs `pulumi up` again",
                    "Change the version in the program before it is run again.",
                    keys("pulumi.com/"),
                    manager("pulumi-.*")),
            owner(
                    "helm",
                    "Helm (another release)",
                    "leaves a change alone until somebody runs `helm upgrade` or `helm rollback`, which merge their own version"
                            + " in",
                    "Upgrade the release by its own chart, or bring the chart to the target before somebody runs Helm again.",
                    helmRelease()),
            owner(
                    "another-controller",
                    "another controller",
                    "may put its own version back whenever it looks at the object",
                    "Change the version where that controller has it, or pause it for as long as the campaign takes.",
                    ownedByAnother()));

    /** Those that install by Helm, whose own marks then tell nothing more. */
    private static final Set<String> BY_HELM =
            Set.of("flux-helm", "rancher-fleet", "helm-chart", "rke2", "cluster-api", "aks");

    public Owner {
        requireNonNull(id, "id");
        requireNonNull(title, "title");
        requireNonNull(effect, "effect");
        requireNonNull(advice, "advice");
        marks = List.copyOf(marks);
    }

    /** The names a campaign may accept, in the order of the table. */
    public static List<String> acceptableIds() {
        return TABLE.stream().filter(Owner::acceptable).map(Owner::id).toList();
    }

    boolean runsHelm() {
        return BY_HELM.contains(id);
    }

    /** Whether it tells nothing more where one is found that is known by name. */
    boolean isUnnamed() {
        return id.equals("another-controller");
    }

    boolean isHelm() {
        return id.equals("helm");
    }

    private static Owner owner(String id, String title, String effect, String advice, Mark... marks) {
        return owner(id, title, effect, advice, true, marks);
    }

    private static Owner owner(
            String id, String title, String effect, String advice, boolean acceptable, Mark... marks) {
        return new Owner(id, title, effect, advice, acceptable, List.of(marks));
    }
}
