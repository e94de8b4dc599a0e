"""PCNtoolkit's own Bayesian regression (B-spline of age, fixed effects of site) on the same people: seconds of its fit alone."""
import json, logging, os, sys, time, warnings
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
os.environ.setdefault("TQDM_DISABLE", "1")
try:
    import pandas as pd
    from pcntoolkit import BLR, BsplineBasisFunction, NormativeModel, NormData
except ImportError:
    print(json.dumps({"seconds": None}))
    sys.exit()

data = json.load(open(sys.argv[1]))
most = int(sys.argv[2])
table = pd.DataFrame({"age": data["age"], "sex": data["sex"], "site": data["site"]})
names = [f"m{k}" for k in range(min(most, len(data["measures"])))]
table = pd.concat([table, pd.DataFrame(dict(zip(names, data["measures"])))], axis=1)
table["id"] = [str(k) for k in range(len(table))]
people = NormData.from_dataframe(
    name="bench", dataframe=table, covariates=["age", "sex"], batch_effects=["site"], response_vars=names, subject_ids="id"
)
blr = BLR(name="blr", fixed_effect=True, basis_function_mean=BsplineBasisFunction(basis_column=0, nknots=5, degree=3))
model = NormativeModel(
    blr, savemodel=False, evaluate_model=False, saveresults=False, saveplots=False, save_dir=os.path.dirname(sys.argv[1])
)
sys.stdout, said = open(os.devnull, "w"), sys.stdout
start = time.perf_counter()
model.fit(people)
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "measures": len(names)}), file=said)
