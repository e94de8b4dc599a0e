"""nilearn's first-level model at our settings: canonical response of SPM, cosines slower than 128 s, no smoothing, no scaling."""
import json, sys, time
import nibabel as nib
import numpy as np
import pandas as pd
from nilearn.glm.first_level import FirstLevelModel

bold, mask, events, out, tr, noise = sys.argv[1:7]
table = pd.read_csv(events, sep="\t")[["onset", "duration", "trial_type"]]
model = FirstLevelModel(
    t_r=float(tr), hrf_model="spm", drift_model="cosine", high_pass=1 / 128, noise_model=noise,
    mask_img=mask, smoothing_fwhm=None, signal_scaling=False, minimize_memory=True,
)
start = time.perf_counter()
model.fit(bold, events=table)
names = sorted(table.trial_type.unique())
contrasts = {"all>rest": "+".join(f"{name}/{len(names)}" for name in names), "face>house": "face-house"}
maps = {name: model.compute_contrast(text, output_type="stat") for name, text in contrasts.items()}
seconds = time.perf_counter() - start
inside = nib.load(mask).get_fdata() > 0
for name, image in maps.items():
    # Fortran order: i runs fastest, as ours does.
    np.asarray(image.get_fdata(), dtype="<f4").ravel(order="F")[inside.ravel(order="F")].tofile(f"{out}/{name.replace('>', '-')}.f32")
print(json.dumps({"seconds": seconds, "columns": model.design_matrices_[0].shape[1]}))
