/** https://secrets-store-csi-driver.sigs.k8s.io/concepts */
export const csiDriver = "secrets-store.csi.k8s.io";

/** What a Pod's specification and its container's have to hold for the CSI driver to bring a class's keys. */
export const csiVolume = (secretProviderClass: string) => ({
  volumes: [
    {
      name: "keys",
      csi: { driver: csiDriver, readOnly: true, volumeAttributes: { secretProviderClass } },
    },
  ],
  volumeMounts: [{ name: "keys", mountPath: "/mnt/keys", readOnly: true }],
});
