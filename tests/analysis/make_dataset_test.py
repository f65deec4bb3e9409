"""make_dataset.py: what it writes from arrays and images, and what bad input is told."""
import os
import unittest
import unittest.mock

import h5py
import numpy as np

import support
import synthetic
from gdmsweep.commands import make_dataset


class Command(support.InFolder):
    def make(self, *arguments):
        return support.run(make_dataset.main, *arguments)

    def refused(self, message, *arguments):
        before = sorted(self.folder.iterdir())
        code, out, err = self.make(*arguments)
        self.assertEqual((code, out, err.count("\n")), (2, "", 1), err)
        self.assertRegex(err, message)
        self.assertEqual(sorted(self.folder.iterdir()), before)


class MakeDataset(Command):
    def written(self, array, *options, suffix="npy"):
        path = self.folder / f"a.{suffix}"
        np.save(path, array)
        code, out, err = self.make(path, self.folder / "a.h5", *options, "--overwrite")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.splitlines()[-1], f"in a job:  dataset = {self.folder}/a.h5:/x")
        with h5py.File(self.folder / "a.h5") as file:
            return file["x"][()], dict(file["x"].attrs)

    def test_reads_tables(self):
        expected = [[1, -2.5], [3e-2, 4]]
        for text in ("1,-2.5\n0.03,4\n", "mu, sigma2\n1,-2.5\n3e-2,4\n", "\ufeffe,f\n# remark\n1,-2.5\n0.03,4"):
            path = self.folder / "a.csv"
            path.write_text(text, encoding="utf-8")
            code, out, err = self.make(path, self.folder / "a.h5", "--overwrite")
            self.assertEqual((code, err), (0, ""))
            with h5py.File(self.folder / "a.h5") as file:
                np.testing.assert_array_equal(file["x"][()], expected)
        (self.folder / "a.h5").unlink()
        for text, message in (("a,b\n1,2\n3\n", "not a readable table"), ("1,2\n3,x\n", "not a readable table"), ("a,b\n", "is empty"),
                              ("", "is empty"), ("1,nan\n", "NaN")):
            path.write_text(text)
            self.refused(message, path, self.folder / "a.h5")

    def test_keeps_numbers_and_types(self):
        random = np.random.default_rng(1)
        for dtype in ("u1", "i2", ">i4", "u8", "f2", ">f4", "f8"):
            array = (100 * random.random((7, 3, 2))).astype(dtype)
            values, attributes = self.written(array)
            np.testing.assert_array_equal(values, array.reshape(7, 6))
            self.assertEqual(values.dtype, array.dtype)
            self.assertEqual(list(attributes["shape"]), [7, 3, 2])
            self.assertIn("a.npy", attributes["source"])
            self.assertIn("gdm-sweep", attributes["created_by"])
        values, _ = self.written(np.asfortranarray(array[..., 0]))
        np.testing.assert_array_equal(values, array[..., 0])
        self.assertEqual(self.written(np.arange(5.0))[0].shape, (5, 1))

    def test_works_in_blocks(self):
        array = np.arange(1000 * 12.0).reshape(1000, 12)
        with unittest.mock.patch("gdmsweep.commands.make_dataset.BLOCK", 1000):
            np.testing.assert_array_equal(self.written(array)[0], array)
            array[700, 5] = np.nan
            np.save(self.folder / "nan.npy", array)
            self.refused("row 700 holds NaN", self.folder / "nan.npy", self.folder / "b.h5")

    def test_archives(self):
        np.savez(self.folder / "z.npz", first=np.ones((2, 3)), second=np.zeros((4, 5)))
        self.refused("choose one of its arrays with --key: first, second", self.folder / "z.npz", self.folder / "z.h5")
        self.refused("--key third: not in .*first, second", self.folder / "z.npz", self.folder / "z.h5", "--key", "third")
        code, out, _ = self.make(self.folder / "z.npz", self.folder / "z.h5", "--key", "second", "--name", "/mine")
        self.assertEqual(code, 0)
        self.assertIn("z.h5:/mine", out)
        with h5py.File(self.folder / "z.h5") as file:
            self.assertEqual(file["mine"].shape, (4, 5))

    def test_refuses_what_it_cannot_use(self):
        out = self.folder / "b.h5"
        for array, message in ((np.array(["a", "b"]), "no real numbers"), (np.ones((2, 2), complex), "no real numbers"),
                               (np.zeros((0, 4)), "is empty"), (np.float64(3), "single number"),
                               (np.array([[1, np.inf]]), "row 0 holds NaN or infinity")):
            np.save(self.folder / "bad.npy", array)
            self.refused(message, self.folder / "bad.npy", out)
        np.save(self.folder / "object.npy", np.array([{}], object), allow_pickle=True)
        self.refused("not a readable numpy file", self.folder / "object.npy", out)
        (self.folder / "text.npy").write_text("no array")
        (self.folder / "table.txt").write_text("1,2")
        (self.folder / "empty").mkdir()
        self.refused("not a readable numpy file", self.folder / "text.npy", out)
        self.refused("takes 'digits', a .npy", self.folder / "table.txt", out)
        self.refused("holds no images", self.folder / "empty", out)
        self.refused("no such file or folder", self.folder / "absent.npy", out)
        (self.folder / "nothing.npy").touch()
        os.mkfifo(self.folder / "pipe.npy")
        self.refused("not a readable numpy file", self.folder / "nothing.npy", out)
        self.refused("no regular file", self.folder / "pipe.npy", out)
        self.refused("row 0 holds NaN", self.folder / "bad.npy", self.folder / "new" / "deep" / "x.h5")
        self.assertFalse((self.folder / "new").exists())
        np.save(self.folder / "a.npy", np.ones((2, 2)))
        self.refused("for folders of images", self.folder / "a.npy", out, "--gray")
        self.refused("leave --key out", self.folder / "a.npy", out, "--key", "x")

    def test_stored_configurations(self):
        path, out = self.folder / "sweep.h5", self.folder / "o.h5"
        spins = synthetic.stored_spins(path)
        self.assertEqual(self.make(f"{path}[mu = 2]", out)[0], 0)
        with h5py.File(out) as file:
            np.testing.assert_array_equal(file["x"][()], spins[1, :3].reshape(9, 50))
            self.assertEqual((file["x"].dtype, file["x"].attrs["source"]), (np.int8, f"{path}[mu = 2]"))
        self.refused("3 points fit; choose one, as integrator = euler, mu = 1.0", path, self.folder / "b.h5")
        self.refused("NAME = VALUE", f"{path}[mu]", self.folder / "b.h5")
        angles = np.random.default_rng(1).uniform(-3, 3, (3, 4, 3, 5))
        synthetic.stored_spins(path, sites=5, angles=angles)
        self.assertEqual(self.make(f"{path}[integrator = heun]", out, "--overwrite")[0], 0)
        with h5py.File(out) as file:
            np.testing.assert_array_equal(file["x"][:, 1::2], np.sin(angles[1, :3].reshape(9, 5)))

    def test_overwrites_only_when_told(self):
        np.save(self.folder / "a.npy", np.ones((2, 2)))
        (self.folder / "b.h5").write_text("precious")
        self.refused("exists already; --overwrite", self.folder / "a.npy", self.folder / "b.h5")
        self.assertEqual((self.folder / "b.h5").read_text(), "precious")
        self.assertEqual(self.make(self.folder / "a.npy", self.folder / "b.h5", "--overwrite")[0], 0)
        self.assertTrue(h5py.is_hdf5(self.folder / "b.h5"))

    def test_digits(self):
        try:
            import sklearn  # noqa: F401
        except ImportError:
            self.skipTest("no scikit-learn")
        code, out, _ = self.make("digits", self.folder / "new" / "digits.h5")
        self.assertEqual(code, 0)
        self.assertIn("1797 rows of 64 numbers", out)
        with h5py.File(self.folder / "new" / "digits.h5") as file:
            self.assertEqual(file["x"].shape, (1797, 64))
            self.assertEqual(file["labels"].shape, (1797,))
            x, labels = file["x"][()], file["labels"][()]
        # Rows and labels belong together: nine of ten digits are nearest to the mean of their class.
        means = np.stack([x[labels == k].mean(axis=0) for k in range(10)])
        nearest = ((x[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
        self.assertGreater((nearest == labels).mean(), 0.85)


class Images(Command):
    def setUp(self):
        super().setUp()
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("no Pillow")
        self.images = self.folder / "images"
        self.images.mkdir()
        self.random = np.random.default_rng(2)
        self.image = Image

    def save(self, name, *shape, mode=None):
        pixels = self.random.integers(0, 256, shape, dtype=np.uint8)
        self.image.fromarray(pixels, mode).save(self.images / name)
        return pixels

    def read(self, *options):
        code, _, err = self.make(self.images, self.folder / "i.h5", "--overwrite", *options)
        self.assertEqual((code, err), (0, ""))
        with h5py.File(self.folder / "i.h5") as file:
            return file["x"][()], list(file["x"].attrs["shape"])

    def test_sorted_by_name_pixel_by_pixel(self):
        b, a = self.save("b.png", 4, 6, 3), self.save("a.png", 4, 6, 3)
        (self.images / "notes.txt").write_text("no image")
        values, shape = self.read()
        np.testing.assert_array_equal(values, np.stack([a, b]).reshape(2, -1))
        self.assertEqual((values.dtype, shape), (np.uint8, [2, 4, 6, 3]))

    def test_mixed_images_are_refused_or_made_alike(self):
        self.save("a.png", 4, 6, 3)
        self.save("b.png", 5, 6, 3)
        self.refused("b.png: is 6x5 coloured uint8, but a.png is 6x4.*--size", self.images, self.folder / "i.h5")
        self.save("c.png", 4, 6)
        self.save("d.png", 4, 6, 4, mode="RGBA")
        self.refused("--gray", self.images, self.folder / "i.h5", "--size", "3x2")
        values, shape = self.read("--size", "3x2", "--gray")
        self.assertEqual((values.shape, shape), ((4, 6), [4, 2, 3]))

    def test_damaged_images(self):
        self.save("a.png", 4, 6)
        whole = (self.images / "a.png").read_bytes()
        for content in (b"no image", whole[:len(whole) // 2]):
            (self.images / "b.png").write_bytes(content)
            self.refused("b.png: not a readable image", self.images, self.folder / "i.h5")


if __name__ == "__main__":
    unittest.main()
